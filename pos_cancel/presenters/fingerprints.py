"""Fingerprints as people read them out over the telephone: four characters at a time."""

GROUP = 4


def grouped(text: str) -> str:
    """Give the text in groups of four with a blank between them; nothing stays nothing."""
    return " ".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))
