"""A look at a sale before anything is sent: what the gateway shows, what the journal knows."""

from dataclasses import dataclass, replace
from datetime import datetime

from pos_cancel.domain.case import Ask
from pos_cancel.domain.errors import SignatureError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.outcome import NotFound, NotSent, Reading, Refused, Signature, Unknown
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.key_change import is_accepted, refused_key, signing_keys
from pos_cancel.engine.lookup import Lookup
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.engine.ports import Clock, KeyStore, KeyTrouble
from pos_cancel.engine.suggest import known_nearby, looks_odd, others
from pos_cancel.engine.window import window_of
from pos_cancel.gateways import Question
from pos_cancel.gateways.http import Exchange
from pos_cancel.gateways.signing import Keys

OTHER_QUERY = "overseas"


@dataclass(frozen=True, slots=True)
class Looker:
    """Builds the inquiry of a look and reads its answer. Writes nothing: a look is no case."""

    engine: Engine
    keys: KeyStore
    clock: Clock

    def begin(self, profile_name: str, number: SaleNumber) -> Dispatch | Lookup | KeyTrouble:
        """Give the inquiry to send, or the look at once where nothing can be asked.

        LOADING is given while the keys are being fetched: begin again when told.
        """
        profile = self.engine.profile(profile_name)
        keys = self.keys.peek(profile)
        if keys is KeyTrouble.LOADING:
            return keys
        if isinstance(keys, KeyTrouble):
            return self.unasked(profile, number, f"key_{keys.value}")
        now = self.clock.now()
        question = Question(
            profile=profile, number=number, query=profile.query, asked_at=self._by_gateway(now)
        )
        gateway = self.engine.gateway(profile)
        try:
            request = gateway.inquiry(question, keys, now)
        except SignatureError:
            return self.unasked(profile, number, "key_missing")
        return Dispatch(case_id="", ask=Ask.INQUIRY, request=request, question=question, keys=keys)

    def finish(self, dispatch: Dispatch, exchange: Exchange) -> Lookup | Dispatch:
        """Read the answer; an uncheckable one gives the second kind of query to send instead (R8).

        So does a refused signature where there is another key of ours.
        """
        question = dispatch.question
        reading = self.engine.read(dispatch, exchange)
        again = self._again(dispatch, reading)
        if again is not None:
            return again
        if dispatch.refused_key and is_accepted(reading):
            self.keys.accepted(question.profile, dispatch.keys)
        look = replace(self._known(question.profile.name, question.number), reading=reading)
        if isinstance(reading.outcome, Unknown | NotSent):
            return self._helped(replace(look, trouble=reading.outcome.reason.value))
        if isinstance(reading.outcome, Refused):
            return self._helped(replace(look, trouble="gateway_refused"))
        if isinstance(reading.outcome, NotFound):
            return self._helped(self._with_others(look, question.profile))
        return self._seen(look, question.profile)

    def _again(self, dispatch: Dispatch, reading: Reading) -> Dispatch | None:
        question, keys = dispatch.question, self.keys.peek(dispatch.question.profile)
        refused = "" if dispatch.refused_key else refused_key(dispatch.keys, reading, keys)
        if refused and isinstance(keys, Keys):
            keys = signing_keys(keys, refused)
        elif reading.signature is Signature.UNCHECKED and question.query != OTHER_QUERY:
            question, keys = replace(question, query=OTHER_QUERY), dispatch.keys
        else:
            return None
        now = self.clock.now()
        question = replace(question, asked_at=self._by_gateway(now))
        request = self.engine.gateway(question.profile).inquiry(question, keys, now)
        return replace(
            dispatch,
            request=request,
            question=question,
            keys=keys,
            refused_key=refused or dispatch.refused_key,
        )

    def _by_gateway(self, now: datetime) -> datetime:
        return self.engine.clock_check.by_gateway(now)

    def _seen(self, look: Lookup, profile: Profile) -> Lookup:
        deadline, _ = window_of(profile, look.number, look.sale, look.at)
        sale = look.sale
        others = (
            {sale.trade_no, sale.out_trade_no} - {"", look.number.text} if sale and look.checked else set()
        )
        more = [case for number in sorted(others) for case in self.engine.journal.of_number(number)]
        known = {case.id for case in look.earlier}
        earlier = look.earlier + tuple(case for case in more if case.id not in known)
        return replace(look, deadline=deadline, earlier=earlier)

    def _helped(self, look: Lookup) -> Lookup:
        """Add what speaks for a slip; what a gateway or the POS knows is none, however it looks."""
        if look.known_order:
            return look
        journal, number = self.engine.journal, look.number.text
        odd = looks_odd(journal, look.profile, number)
        return replace(look, odd=odd, near=known_nearby(journal, number))

    def _with_others(self, look: Lookup, profile: Profile) -> Lookup:
        accounts = others(self.engine.journal, look.number.text, self.engine.profiles.values(), profile)
        return replace(look, others=accounts)

    def unasked(self, profile: Profile, number: SaleNumber, trouble: str) -> Lookup:
        """Give what the journal alone knows."""
        return self.without_profile(profile.name, number, trouble)

    def without_profile(self, profile_name: str, number: SaleNumber, trouble: str) -> Lookup:
        """Give what the journal alone knows, for an account that may not even exist."""
        return self._helped(replace(self._known(profile_name, number), trouble=trouble))

    def _known(self, profile_name: str, number: SaleNumber) -> Lookup:
        now = self.clock.now()
        journal = self.engine.journal
        profile = self.engine.profiles.get(profile_name)
        return Lookup(
            profile=profile_name,
            number=number,
            at=now,
            earlier=tuple(journal.of_number(number.text)),
            deadline=window_of(profile, number, None, now)[0] if profile else None,
            known_order=journal.known_order(profile_name, number.text),
        )
