"""What the test of a new account says in words, and how a key is named so that two people can compare it."""

from dataclasses import dataclass

from pos_cancel.domain.profile import Profile
from pos_cancel.engine.probe import Proof, Verdict
from pos_cancel.presenters.wording import Wording

GROUP = 4
SHOWN_OF_FINGERPRINT = 16


@dataclass(frozen=True, slots=True)
class ProofCard:
    """A verdict in words: what it is, what to do, and the gateway's own word for it in small print."""

    passed: bool
    sentence: str
    way_on: str
    detail: str


def present_proof(proof: Proof, profile: Profile, words: Wording) -> ProofCard:
    """Say what the test has proved, or which part is wrong."""
    network = words.text(f"setup.network.{profile.gateway}")
    fields = {"network": network, "id": profile.merchant_id, "host": host_of(profile)}
    name = f"setup.verdict.{proof.verdict.value}"
    # What is said under a signature that does not fit is nobody's word.
    is_told = proof.verdict not in {Verdict.PASSED, Verdict.THEIR_KEY}
    detail = _detail(proof, profile, words) if is_told else ""
    return ProofCard(
        proof.passed, words.text(f"{name}.sentence", **fields), words.text(f"{name}.way_on", **fields), detail
    )


def _detail(proof: Proof, profile: Profile, words: Wording) -> str:
    if proof.code:
        # The words for a gateway's own trouble speak of a cancel, and none was sent.
        is_told = proof.verdict is not Verdict.BUSY
        meaning = words.find(f"code.{profile.gateway}.{proof.code}") if is_told else None
        return words.text("manager.code", words=meaning, code=proof.code) if meaning else proof.code
    return words.text(f"reason.{proof.reason}") if proof.reason else ""


def host_of(profile: Profile) -> str:
    """Give the address without its ends, as people read it."""
    return profile.endpoint.partition("://")[2].partition("/")[0]


def short_fingerprint(fingerprint: str) -> str:
    """Give the first sixteen digits in groups of four, to be compared by eye or over the telephone."""
    shown = fingerprint[:SHOWN_OF_FINGERPRINT]
    return " ".join(shown[start : start + GROUP] for start in range(0, len(shown), GROUP))
