"""Runs inside a D-Bus session of its own, with a keyring daemon of its own, and prints what it saw as JSON.

`python -m tests.keyring_probe SCENARIO`; tests/integration/test_key_store.py makes the session.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import secretstorage
from cryptography.hazmat.primitives.asymmetric import rsa
from jeepney import DBusAddress, new_method_call  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import (  # type: ignore[import-untyped]
    DBusConnection,
    Proxy,
    open_dbus_connection,
)

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.keyring_lock import LockWatch
from pos_cancel.domain.profile import Profile, ProfileKind, SignType
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.signing import Keys, sign

PASSWORD = "right horse"
SECRETS = "org.freedesktop.secrets"
PROMPTER = "org.gnome.keyring.SystemPrompter"
PATIENCE_S = 10.0
SECRET = b"0123456789abcdefghijklmnopqrstuv"
PROFILE = Profile(name="Shop 一", kind=ProfileKind.LIVE, gateway="acquire", endpoint="", merchant_id="2088")
MD5_PROFILE = Profile(
    name="Shop 一",
    kind=ProfileKind.LIVE,
    gateway="acquire",
    endpoint="",
    merchant_id="2088",
    sign_type=SignType.MD5,
)


@contextmanager
def daemon(password: str) -> Iterator[int]:
    """Run the daemon; gives its process id. Without a password it makes no keyring."""
    command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
    if password:
        command.append("--unlock")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        process.stdin.write(password.encode())
        process.stdin.close()
        until(lambda: owned(SECRETS))
        yield process.pid
        os.kill(process.pid, signal.SIGCONT)
        process.terminate()
        process.wait(PATIENCE_S)
    until(lambda: not owned(SECRETS))


def owned(name: str) -> bool:
    with closing(open_dbus_connection()) as bus:
        return bool(Proxy(message_bus, bus).NameHasOwner(name)[0])


def until(holds: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > ends_at:
            raise TimeoutError("the daemon did not do what was waited for")
        time.sleep(0.01)


def settled(store: KeyringStore, profile: Profile = PROFILE) -> str:
    """Peek until it is no longer being fetched; gives "keys" or the trouble."""
    found: list[Keys | KeyTrouble] = [store.peek(profile)]

    def done() -> bool:
        found[0] = store.peek(profile)
        return found[0] is not KeyTrouble.LOADING

    until(done)
    return name_of(found[0])


def name_of(found: Keys | KeyTrouble) -> str:
    return found.value if isinstance(found, KeyTrouble) else "keys"


def filled() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    merchant, gateway = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    KeyringStore().store(PROFILE, private=merchant, gateway_public=gateway.public_key(), md5=SECRET)
    return merchant, gateway


def round_trip() -> dict[str, object]:
    with daemon(PASSWORD):
        merchant, gateway = filled()
        told: list[str] = []
        store = KeyringStore(on_ready=told.append)
        first = name_of(store.peek(PROFILE))
        after = settled(store)
        keys = store.peek(PROFILE)
        assert isinstance(keys, Keys)
        same = sign(b"x", SignType.RSA2, keys) == sign(b"x", SignType.RSA2, Keys(private=merchant))
        md5 = settled(store, MD5_PROFILE)
        summary = store.describe(PROFILE)
        with closing(secretstorage.dbus_init()) as bus:
            items = list(secretstorage.get_default_collection(bus).get_all_items())
            services = sorted(item.get_attributes()["service"] for item in items)
            longest = max(len(item.get_secret()) for item in items)
        store.remove(PROFILE)
        store.remove(PROFILE)
        return {
            "first": first,
            "after": after,
            "told": told,
            "same": same,
            "public": keys.gateway_public == gateway.public_key(),
            "md5": md5,
            "summary": repr(summary),
            "services": services,
            "longest": longest,
            "removed": settled(store),
        }


def locked() -> dict[str, object]:
    with daemon(PASSWORD):
        filled()
        with closing(secretstorage.dbus_init()) as bus:
            secretstorage.get_default_collection(bus).lock()
        store = KeyringStore(retry_s=0.05)
        seen: dict[str, object] = {"locked": settled(store), "again": settled(store)}
        seen["store"] = refusal(lambda: store.store(PROFILE, md5=SECRET))
        seen["describe"] = refusal(lambda: store.describe(PROFILE))
        seen["remove"] = refusal(lambda: store.remove(PROFILE))
    with daemon("wrong horse"):
        time.sleep(0.06)
        seen["wrong"] = settled(store)
    with daemon(PASSWORD):
        until(lambda: isinstance(store.peek(PROFILE), Keys))
        seen["right"] = settled(store)
    return seen


def lock_heard() -> dict[str, object]:
    """Lock the keyring under a till that has the key in memory, unlock it, and lock it again."""
    heard: list[float] = []
    with daemon(PASSWORD):
        filled()
        store = KeyringStore(retry_s=0.05)

        def locked() -> None:
            store.forget()
            heard.append(time.monotonic())

        watch = LockWatch(locked)
        first = settled(store)
        watch.begin()
        watch.begin()
        before = time.monotonic()
        lock_default()
        # The watch may begin after the lock; either way it is noticed.
        until(lambda: bool(heard))
        after = settled(store)
    return {
        "first": first,
        "after": after,
        "took_s": heard[0] - before,
        "threads": [thread.name for thread in threading.enumerate()].count("keyring-lock"),
    }


def lock_default() -> None:
    with closing(secretstorage.dbus_init()) as bus:
        secretstorage.get_default_collection(bus).lock()


def refusal(work: Callable[[], object]) -> str:
    try:
        work()
    except KeyringTrouble as error:
        return f"{error.trouble.value}: {error.sentence}"
    return "done"


def hung() -> dict[str, object]:
    with daemon(PASSWORD) as pid:
        filled()
        store = KeyringStore(deadline_s=0.4, retry_s=0.05)
        os.kill(pid, signal.SIGSTOP)
        began = time.monotonic()
        slowest = 0.0
        seen = settled(store)
        took_s = time.monotonic() - began
        for _ in range(40):
            before = time.monotonic()
            store.peek(PROFILE)
            slowest = max(slowest, time.monotonic() - before)
            time.sleep(0.01)
        calls = [thread.name for thread in threading.enumerate()].count("keyring-call")
        blocking = refusal(lambda: store.describe(PROFILE))
        os.kill(pid, signal.SIGCONT)
        until(lambda: isinstance(store.peek(PROFILE), Keys))
        return {
            "hung": seen,
            "took_s": took_s,
            "slowest_s": slowest,
            "calls": calls,
            "blocking": blocking,
            "after": settled(store),
        }


def asking() -> dict[str, object]:
    """Let a prompter that nobody answers stand for a dialogue on a screen."""
    with daemon(PASSWORD):
        filled()
        with closing(secretstorage.dbus_init()) as bus:
            secretstorage.get_default_collection(bus).lock()
        with closing(open_dbus_connection()) as prompter:
            request_name(prompter)
            store = KeyringStore(deadline_s=0.4, retry_s=0.05)
            seen = settled(store)
            time.sleep(0.1)
            return {"asked": seen, "again": settled(store)}


def request_name(bus: DBusConnection) -> None:
    address = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    bus.send_and_get_reply(new_method_call(address, "RequestName", "su", (PROMPTER, 0)))


def no_service() -> dict[str, object]:
    store = KeyringStore()
    return {
        "peek": settled(store),
        "store": refusal(lambda: store.store(PROFILE, md5=SECRET)),
        "describe": refusal(lambda: store.describe(PROFILE)),
    }


def empty() -> dict[str, object]:
    """A keyring that nobody has put anything into yet."""
    with daemon(PASSWORD):
        store = KeyringStore()
        return {"peek": settled(store), "describe": repr(store.describe(PROFILE))}


def absent() -> dict[str, object]:
    """A service without any keyring, as on a machine nobody ever logged in to."""
    with daemon(""):
        store = KeyringStore()
        seen: dict[str, object] = {"peek": settled(store), "describe": repr(store.describe(PROFILE))}
        seen["remove"] = refusal(lambda: store.remove(PROFILE))
        seen["store"] = refusal(lambda: store.store(PROFILE, md5=SECRET))
        return seen


SCENARIOS = {
    work.__name__: work for work in (round_trip, locked, lock_heard, hung, asking, no_service, empty, absent)
}

if __name__ == "__main__":
    print(json.dumps(SCENARIOS[sys.argv[1]]()))
