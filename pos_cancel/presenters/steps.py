"""How far an exchange got, as five steps that the transport saw, each reached or not."""

from pos_cancel.domain.outcome import Progress
from pos_cancel.presenters.wording import Wording

STEPS = (
    ("address", Progress.RESOLVED),
    ("connection", Progress.CONNECTED),
    ("secure", Progress.SECURED),
    ("sent", Progress.SENT),
    ("answered", Progress.ANSWERED),
)
_ORDER = list(Progress)


def steps_of(progress: Progress, words: Wording) -> tuple[tuple[str, bool], ...]:
    """Give the labels of the steps, with whether each was reached."""
    return tuple((words.text(f"step.{name}"), has_reached(progress, point)) for name, point in STEPS)


def has_reached(progress: Progress, point: Progress) -> bool:
    """Tell whether an exchange got as far as this point."""
    return _ORDER.index(progress) >= _ORDER.index(point)
