"""The command line: a contract with scripts, the POS and tests from outside (design.md §3)."""
