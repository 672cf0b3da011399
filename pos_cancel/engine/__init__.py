"""The order of effects: journal first, wire second. No threads, no sleep, no Qt."""
