"""Which story a number tells: one of the tables', or one that its ending spells out.

A spelled ending has an opening, an answer, and as many words as wanted, with dots between them:
`-CODE.TRADE_STATUS_ERROR.Y` or `-LOST.PROCESS_FAIL.UNPAID`.  The answer is any code, any HTTP status,
HTML or TEXT for a page, or OTHER for the good news about another sale.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from pos_cancel.sandbox.faults import LOST, PAGES, Birth, Fault, Harm, Meanwhile, Says, Story, astray, undone
from pos_cancel.sandbox.json_stories import JSON_STORIES
from pos_cancel.sandbox.ledger import FORM_GATEWAY
from pos_cancel.sandbox.stories import STORIES

_BY_ENDING: Mapping[tuple[str, str], Story] = MappingProxyType(
    {(gateway, story.ending): story for story in (*STORIES, *JSON_STORIES) for gateway in story.gateways}
)

# What the README says of each, and which first cancels it stands for.
OPENINGS: Mapping[str, str] = MappingProxyType(
    {
        "CODE": "Every cancel gets the answer and does nothing.",
        "LOST": "The first cancel is carried out and never answered; later ones get the answer.",
        "MISS": "The first cancel does nothing and is never answered; later ones get the answer.",
    }
)
_FIRST: Mapping[str, tuple[Fault, ...]] = MappingProxyType(
    {"CODE": (), "LOST": (LOST,), "MISS": (replace(LOST, executes=False),)}
)
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "Y": "The in-store gateway says that the cancel may be tried again.",
        "FAILED": "The in-store gateway writes FAILED, and the code as the error inside.",
        "UNSIGNED": "The answer is a refusal without a signature.",
        "U": "The answer's status is U in place of F.",
        "S": "The answer's status is S in place of F.",
        "UNPAID": "The customer has not paid yet.",
        "NOSCAN": "The gateway does not know the number.",
        "FROZEN": "The payment is frozen.",
        "FINISHED": "The trade is finished.",
        "CLOSED": "Unpaid when looked up, the sale times out just before the first cancel.",
        "CANCELLED": "Another till cancels the sale just before the first cancel.",
        "PARTLY": "A part is refunded in the portal just before the first cancel.",
        "FULLY": "All of it is refunded in the portal just before the first cancel.",
        "BLIND": "Inquiries never know the result.",
    }
)
_BIRTHS: Mapping[str, Birth] = MappingProxyType(
    {
        "UNPAID": Birth.UNPAID,
        "CLOSED": Birth.UNPAID,
        "NOSCAN": Birth.NEVER_SCANNED,
        "FROZEN": Birth.FROZEN,
        "FINISHED": Birth.FINISHED,
    }
)
_MEANWHILE: Mapping[str, Meanwhile] = MappingProxyType(
    {
        "CLOSED": Meanwhile.TIMED_OUT,
        "CANCELLED": Meanwhile.CANCELLED,
        "PARTLY": Meanwhile.PARTLY_REFUNDED,
        "FULLY": Meanwhile.FULLY_REFUNDED,
    }
)


def stories_of(gateway: str) -> tuple[Story, ...]:
    """Give the stories that a gateway tells, in the order of their table."""
    return tuple(story for (teller, _), story in _BY_ENDING.items() if teller == gateway)


def story_of(number: str, gateway: str = FORM_GATEWAY) -> Story | None:
    """Find the story that a number's ending tells on a gateway; upper and lower case are one."""
    head, dash, ending = number.upper().rpartition("-")
    if not (head and dash):
        return None
    return _BY_ENDING.get((gateway, ending)) or _spelled(ending, gateway)


def _spelled(ending: str, gateway: str) -> Story | None:
    opening, _, rest = ending.partition(".")
    if opening not in OPENINGS or not rest:
        return None
    # A code may have dots of its own, so the words are taken from the end.
    parts, words = rest.split("."), list[str]()
    while len(parts) > 1 and parts[-1] in WORDS:
        words.append(parts.pop())
    return Story(
        ending,
        OPENINGS[opening],
        "",
        next((_BIRTHS[word] for word in words if word in _BIRTHS), Birth.PAID),
        cancels=_FIRST[opening],
        then=_answer(".".join(parts), words, gateway),
        queries=_BY_ENDING[gateway, "BLIND"].queries if "BLIND" in words else Fault(),
        meanwhile=next((_MEANWHILE[word] for word in words if word in _MEANWHILE), None),
        gateways=(gateway,),
    )


def _answer(answer: str, words: list[str], gateway: str) -> Fault:
    if answer in PAGES:
        return astray(answer)
    if answer == "OTHER":
        return undone(Harm.OTHER_SALE)
    return (_form_refusal if gateway == FORM_GATEWAY else _json_refusal)(answer, words)


def _form_refusal(code: str, words: list[str]) -> Fault:
    result = "" if "UNSIGNED" in words else "FAILED" if "FAILED" in words else "FAIL"
    return Fault(executes=False, says=Says(result, code, "Y" if "Y" in words else "N"))


def _json_refusal(code: str, words: list[str]) -> Fault:
    status = next((word for word in ("U", "S") if word in words), "F")
    harm = Harm.NO_SIGN if "UNSIGNED" in words else Harm.NONE
    return Fault(executes=False, says=Says(status, code, as_spelled=True), harm=harm)
