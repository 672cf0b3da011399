"""From the old key pair to the new one under load, on all four gateways: no cancel fails.

The new pair waits beside the old one. In the middle of the day the portal takes the new public key, and the
old one is refused from then on; nobody at the till does anything.
"""

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pos_cancel import bootstrap
from pos_cancel.adapters.key_forms import public_text
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.keyring_entries import PRIVATE_NEXT, read_entry
from pos_cancel.adapters.runner import Runner
from pos_cancel.adapters.shop import Shop
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.lookup import Lookup
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.keys import fingerprint, read_private, read_public
from pos_cancel.gateways.signing import Keys
from pos_cancel.sandbox import Sandbox
from tests.fake_keyring import FakeKeyring
from tests.integration.story_cashier import Cashier

PACE = 0.03
CUSTOMERS = 30
GATEWAYS = bootstrap.GATEWAY_NAMES
# After so many customers of a gateway the portal takes the new key.
CHANGED_AFTER = 10


class Change:
    """A till on the training gateway, with a new pair waiting for each account."""

    def __init__(self, shop: Shop, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.vault = FakeKeyring()
        self.store = KeyringStore(backend=self.vault)
        self.shop = replace(shop, get_keys=lambda: self.store)
        self.new = {name: rsa.generate_private_key(65537, 2048) for name in GATEWAYS}
        self.told: dict[str, list[tuple[Lookup, Case]]] = {name: [] for name in GATEWAYS}
        for name in GATEWAYS:
            self._provision(name)

    def profile(self, gateway: str) -> Profile:
        return self.shop.profile(f"training-{gateway}")

    def _provision(self, gateway: str) -> None:
        account = self.sandbox.keys if gateway == "acquire" else self.sandbox.keys.accounts[gateway]
        private = read_private(account.merchant_private_pem())
        public = read_public(account.gateway_public_pem())
        self.store.store(self.profile(gateway), private=private, gateway_public=public)
        self.store.store_next(self.profile(gateway), self.new[gateway], "2")

    def run(self) -> None:
        runner = bootstrap.make_runner(self.shop)
        runner.start()
        try:
            with ThreadPoolExecutor(len(GATEWAYS) * 3) as pool:
                lanes = [(name, lane) for name in GATEWAYS for lane in range(3)]
                jobs = [pool.submit(self._queue, runner, *each) for each in lanes]
                for job in jobs:
                    job.result()
        finally:
            runner.stop()

    def _queue(self, runner: Runner, gateway: str, lane: int) -> None:
        cashier = Cashier(runner, self.profile(gateway))
        for place in range(lane, CUSTOMERS, 3):
            if place == CHANGED_AFTER:
                self.sandbox.portal.upload(gateway, public_text(self.new[gateway].public_key(), "bare"))
            self.told[gateway].append(cashier.tell(f"{gateway}-{place:03}-REFUND"))


@pytest.fixture(scope="module")
def change() -> Iterator[Change]:
    with bootstrap.training_shop(PACE) as (shop, sandbox):
        change = Change(shop, sandbox)
        change.run()
        yield change


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_no_cancel_fails_and_no_look_does(change: Change, gateway: str) -> None:
    assert [case.state for _, case in change.told[gateway]] == [State.REFUNDED] * CUSTOMERS
    assert [look.trouble for look, _ in change.told[gateway]] == [""] * CUSTOMERS


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_the_new_key_has_taken_over_and_the_old_one_is_gone(change: Change, gateway: str) -> None:
    profile = change.profile(gateway)
    summary = change.store.describe(profile)
    assert summary.private_fingerprint == fingerprint(change.new[gateway].public_key())
    assert read_entry(change.vault, profile.name, PRIVATE_NEXT) == ""
    keys = _fetched(change.store, profile)
    assert (keys.key_version, keys.next_private) == ("2", None)


def test_the_gateway_saw_the_old_key_refused(change: Change) -> None:
    refusals: Mapping[str, int] = {
        name: sum(each.did.startswith("refused") for each in change.sandbox.requests if each.gateway == name)
        for name in ("acquire", "antom", "apo", "acqp")
    }
    # Those that were on the wire, and no more: one refusal is enough for the till to know.
    assert all(1 <= count <= 12 for count in refusals.values()), refusals


def _fetched(store: KeyringStore, profile: Profile) -> Keys:
    ready = threading.Event()
    store.on_ready = lambda _: ready.set()
    found = store.peek(profile)
    if found is KeyTrouble.LOADING:
        assert ready.wait(10)
        found = store.peek(profile)
    assert isinstance(found, Keys)
    return found
