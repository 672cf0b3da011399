"""Each moment as a `Screen`: face, amount, buttons and questions. Pure, so that tests need no window."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from pos_cancel.domain.case import State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.profile import Profile
from pos_cancel.gui import faces
from pos_cancel.gui.screen import Face, Question, Screen
from pos_cancel.gui.stages import (
    Asking,
    Counting,
    Deciding,
    Inviting,
    Leaving,
    Looking,
    Showing,
    Stage,
    Submitting,
)
from pos_cancel.presenters.card import Card, present
from pos_cancel.presenters.faults import fault_words
from pos_cancel.presenters.handover import stay_on_line
from pos_cancel.presenters.lookup_card import LookupCard, present_lookup
from pos_cancel.presenters.moments import end_time
from pos_cancel.presenters.nearby import receipt_line
from pos_cancel.presenters.wording import Wording

Offers = tuple[tuple[str, str], ...]
# What the presenter asks for, and the field that takes it.
FIELDS = {"amount": "amount", "number_twice": "again", "manager": "manager"}
MANAGERS = frozenset({"keep", "end"})
# The gateway had no payment under the number: it may have been another one.
MISSED = frozenset({State.NO_PAYMENT_FOUND, State.WRONG_NUMBER})


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How things are looked at: language, moment, zone, accounts, and what just went wrong."""

    words: Wording
    now: datetime
    zone: tzinfo
    profiles: Mapping[str, Profile]
    offers: Offers = ()
    sets_up: bool = False
    trains: bool = False
    fault: PosCancelError | None = None


def screen_of(stage: Stage, view: View) -> Screen:
    """Give the screen of a moment."""
    match stage:
        case Inviting():
            return _inviting(view)
        case Looking():
            return _looking(stage, view)
        case Deciding():
            return _deciding(stage, view)
        case Counting():
            return _counting(stage, view)
        case Submitting(decision):
            return replace(_deciding(decision, view), buttons={}, questions=())
        case Showing():
            return _showing(stage, view)
        case Asking():
            return _asking(stage, view)
        case Leaving():
            return _leaving(stage, view)


def look_card(decision: Deciding, view: View) -> LookupCard:
    """Give the sale of a decision in words."""
    return present_lookup(
        decision.lookup,
        view.now,
        view.words,
        view.zone,
        profile=view.profiles[decision.lookup.profile],
        scanned=decision.scanned,
    )


def _inviting(view: View) -> Screen:
    if view.fault is not None:
        return Screen(
            topic="fault", face=faces.of_fault(view.fault, view.words), offers=view.offers, offers_scan=True
        )
    if not view.profiles:
        return Screen(topic="setup", face=faces.without_account(view.words))
    face = faces.invitation(view.words, has_offers=bool(view.offers))
    help_line = view.words.text("drill.help" if view.trains else "gui.scan.help")
    buttons = {"setup": view.words.text("setup.button.add")} if view.sets_up else {}
    buttons |= {"drill": view.words.text("drill.button")} if view.trains else {}
    return Screen(
        topic="invitation",
        face=face,
        offers=view.offers,
        offers_scan=True,
        sale_line=help_line,
        buttons=buttons,
    )


def _looking(stage: Looking, view: View) -> Screen:
    network = view.profiles[stage.profile].network
    face = faces.looking(view.words, stage.number.tail, network)
    return Screen(
        topic=f"look {stage.number.text}",
        face=_with_fault(face, view),
        sale_line=f"{_kind(stage, network, view.words)} · {stage.number.text}",
        buttons={"back": view.words.text("gui.button.back")},
    )


def _kind(stage: Looking, network: str, words: Wording) -> str:
    if stage.number.kind.is_gateways:
        return words.text("gui.scan.kind_network", network=network)
    return words.text("gui.scan.kind_receipt")


def _deciding(stage: Deciding, view: View) -> Screen:
    card = look_card(stage, view)
    buttons = {"back": card.keep_label}
    other = view.profiles.get(card.other_account)
    if other is not None:
        buttons["other"] = view.words.text("gui.button.other_account", account=other.label)
    if stage.offers:
        buttons["go_on"] = view.words.text("gui.button.continue")
    elif card.can_confirm:
        buttons["confirm"] = card.confirm_label
    asked = card.needs if "confirm" in buttons else ()
    return Screen(
        topic=f"{'offer' if stage.offers else 'decide'} {card.number}",
        face=_with_fault(faces.of_look(card, view.words, offers=stage.offers), view),
        amount=card.amount,
        sale_line=card.time_line or card.status,
        buttons=buttons,
        questions=tuple(_question(need, view.words) for need in asked),
        offers=card.near if stage.offers else (),
        until=_until(stage.lookup.deadline, view),
    )


def _counting(stage: Counting, view: View) -> Screen:
    decided = _deciding(stage.decision, view)
    return replace(
        decided,
        topic=f"count {stage.decision.lookup.number.text}",
        face=_with_fault(replace(faces.counting(view.words, stage.left_s), facts=decided.face.facts), view),
        buttons={"back": view.words.text("gui.take_back.button")},
        questions=(),
        offers=(),
    )


def _showing(stage: Showing, view: View) -> Screen:
    card = present(stage.case, view.now, view.words, view.zone)
    notice = view.words.text(stage.notice, ref=card.ref) if stage.notice else ""
    buttons = {name: view.words.text(f"action.{name}") for name in card.actions}
    if stage.beside is not None:
        buttons = {"go_on": view.words.text("gui.button.continue")}
    return Screen(
        topic=f"case {card.case_id}",
        face=_with_fault(faces.of_case(card, view.words, notice), view),
        amount=card.amount,
        sale_line=card.sale_line,
        buttons=buttons | {"next": view.words.text("gui.button.next_customer")},
        offers=_near(stage, view),
        until=_until(stage.case.deadline if stage.case.state.is_open else None, view),
    )


def _near(stage: Showing, view: View) -> Offers:
    if stage.case.state not in MISSED:
        return ()
    lines = (receipt_line(each, view.now, view.words, view.zone) for each in stage.near)
    return tuple(zip((each.number for each in stage.near), lines, strict=True))


def _asking(stage: Asking, view: View) -> Screen:
    words, action = view.words, stage.action
    card = present(stage.case, view.now, words, view.zone)
    names = ("manager", "reason") if action == "end" else ("manager",) if action in MANAGERS else ()
    title = words.text("gui.end.title", ref=card.ref) if action == "end" else words.text(f"action.{action}")
    return Screen(
        topic=f"ask {action} {card.case_id}",
        face=Face(
            tone=card.tone.value,
            icon="question",
            word=card.tone_word,
            ref=card.ref,
            headline=title,
            status=words.text(f"action.explain.{action}"),
            facts=(card.headline,),
        ),
        amount=card.amount,
        sale_line=card.sale_line,
        buttons={"back": words.text("gui.button.back"), "confirm": words.text(f"action.{action}")},
        questions=tuple(_question(name, words) for name in names),
    )


def _leaving(stage: Leaving, view: View) -> Screen:
    words = view.words
    listed = [present(case, view.now, words, view.zone) for case in stage.cases]
    more = ["…"] if stage.count > len(listed) else []
    status = stay_on_line(
        stage.cases, view.now, words, view.zone, count=stage.count, last=stage.last_deadline
    )
    return Screen(
        topic="leave",
        face=Face(
            tone="act",
            icon="hand",
            word=words.text("tone.act"),
            headline=words.text("gui.quit.title"),
            status=status,
            facts=(*(_listed(card) for card in listed), *more),
            notice=words.text("gui.quit.goes_on"),
        ),
        buttons={"back": words.text("gui.quit.stay"), "confirm": words.text("gui.quit.leave")},
        questions=(Question("manager", words.text("gui.quit.manager_label")),),
    )


def _listed(card: Card) -> str:
    return " · ".join(part for part in (card.ref, card.amount, card.sale_line, card.until) if part)


def _question(need: str, words: Wording) -> Question:
    name = FIELDS.get(need, need)
    match name:
        case "amount":
            example = words.text("gui.confirm.amount_placeholder")
            return Question(name, words.text("gui.confirm.amount_label"), example)
        case "again":
            return Question(name, words.text("gui.confirm.number_label"))
        case "manager":
            return Question(
                name, words.text("gui.confirm.manager_label"), words.text("gui.quit.manager_label")
            )
        case _:
            return Question(name, words.text("gui.end.reason_label"))


def _with_fault(face: Face, view: View) -> Face:
    if view.fault is None:
        return face
    return replace(face, notice=" ".join(fault_words(view.fault, view.words)).strip())


def _until(deadline: datetime | None, view: View) -> str:
    if deadline is None or deadline <= view.now:
        return ""
    until = end_time(deadline, view.now, view.zone, view.words)
    return view.words.text("gui.header.free_until", until=until)
