"""The words, the state table, schedules and windows. Standard library only."""
