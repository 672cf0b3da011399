"""What is shown, without Qt: cases and looks become words (outcomes.md §4)."""
