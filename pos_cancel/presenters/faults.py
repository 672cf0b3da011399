"""An error in the language of the wording: one sentence and a way on."""

from pos_cancel.domain.errors import PosCancelError
from pos_cancel.presenters.wording import Wording


def fault_words(error: PosCancelError, words: Wording) -> tuple[str, str]:
    """Give (sentence, way on).

    The words of the error's own topic come first. Without them English has the error's own sentence, which
    knows most, and other languages say what kind of fault it is.
    """
    if error.topic and f"error.{error.topic}.sentence" in words.keys:
        return _told(words, error.topic, error)
    if words.language != "en" and f"error.{error.code}.sentence" in words.keys:
        return _told(words, error.code, error)
    return error.sentence, error.way_on


def _told(words: Wording, name: str, error: PosCancelError) -> tuple[str, str]:
    return (
        words.text(f"error.{name}.sentence", **error.known),
        words.text(f"error.{name}.way_on", **error.known),
    )
