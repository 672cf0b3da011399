"""The world: network, keyring, disk. Each module fulfils a port of the engine and decides nothing."""
