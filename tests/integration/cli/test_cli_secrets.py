"""Keys on their way through the command line: in no list of processes, no file of the till, no answer."""

import contextlib
import random
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest

from pos_cancel.domain.errors import KeyMistake
from tests.integration.cli.command_line import PROFILE, Done, Gateway, Till
from tests.integration.cli.conftest import MakeTill
from tests.planting import Secret, found_in, secrets_from
from tests.unit import key_forms as forms

M = KeyMistake
LOOK_S = 0.005
OWN = "kept-apart"


class ProcessList:
    """All that any program may see of all others, gathered while it looks."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            for process in Path("/proc").glob("[0-9]*"):
                for name in ("cmdline", "environ"):
                    with contextlib.suppress(OSError):
                        self.seen.add((process / name).read_bytes())
        shown = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, check=False).stdout
        self.seen.add(shown)

    def holds(self, planted: list[Secret]) -> list[str]:
        return found_in(b"\0".join(self.seen), planted)


@pytest.fixture
def till(sandbox: Gateway, new_till: MakeTill, tmp_path: Path) -> Iterator[Till]:
    """A till with an account of its own: the keyring is that of all tills here."""
    till, file = new_till(), tmp_path / "own.toml"
    file.write_text((sandbox.folder / "acquire.toml").read_text().replace(PROFILE, OWN))
    assert till.run("profile", "import", str(file)).code == 0
    yield till
    assert till.run("key", "remove", "--profile", OWN).code == 0


@contextmanager
def nothing_shown(till: Till, planted: list[Secret]) -> Iterator[list[Done]]:
    """Watch while the commands run; afterwards nothing planted stands anywhere."""
    done: list[Done] = []
    with ProcessList() as processes:
        yield done
    assert any(b"pos_cancel" in each for each in processes.seen)
    assert not processes.holds(planted)
    assert not found_in("".join(each.out + each.err for each in done), planted)
    for file in till.home.rglob("*"):
        if file.is_file():
            assert not found_in(file.read_bytes(), planted), file


def test_keys_that_are_taken_show_nowhere(
    till: Till, sandbox: Gateway, tmp_path: Path, rng: random.Random
) -> None:
    (md5,) = [secret for secret in secrets_from(rng, 600) if secret.kind == "md5"][:1]
    texts = {
        "plain": forms.PEM,
        "locked": forms.locked(),
        "bare": forms.one_line(forms.private_der(forms.OTHER)),
    }
    planted = [Secret("key", text) for text in texts.values()]
    planted += [Secret("password", forms.PASSWORD), md5, Secret("key", forms.PEM.replace("\n", ""))]
    with nothing_shown(till, planted) as done:
        for name, text in texts.items():
            file = tmp_path / f"{name}.txt"
            file.write_text(text)
            asked = ("key", "import", "--profile", OWN, "--private", str(file), "--password-stdin")
            done.append(till.run(*asked, "--md5-key-stdin", typed=f"{forms.PASSWORD}\n{md5.text}\n"))
        done += [till.run("key", act, "--profile", OWN) for act in ("show", "check", "rotate", "remove")]
        done.append(till.run("doctor"))
    assert [each.code for each in done[:3]] == [0, 0, 0]


def test_texts_that_are_refused_show_nowhere(till: Till, tmp_path: Path, rng: random.Random) -> None:
    planted = secrets_from(rng, 3000)[::300]
    with nothing_shown(till, planted) as done:
        for number, secret in enumerate(planted):
            file = tmp_path / f"{number}.txt"
            file.write_text(secret.text[:-9] if secret.kind == "key" else secret.text)
            place = ("--private", "--gateway-public")[number % 2]
            asked = ("key", "import", "--profile", OWN, place, str(file))
            done.append(till.run(*asked, "--md5-key-stdin", typed=f"{secret.text}\n"))
    assert {each.code for each in done} == {2}


# What somebody hands in (private, its public half, the gateway's public, MD5 key), and what is said to it.
HANDED: dict[str, tuple[tuple[str, str, str, str], str]] = {
    "public for private": ((forms.PUBLIC_PEM, "", "", ""), "a private key is needed here"),
    "private for public": (("", "", forms.PEM, ""), "a public key is needed here"),
    "our own for the gateway's": ((forms.PEM, "", forms.PUBLIC_PEM, ""), "your own public key"),
    "both halves for the gateway's": (("", "", forms.PEM + forms.PUBLIC_PEM, ""), "your own public key"),
    "too short": ((forms.one_line(forms.private_der(forms.narrow_key())), "", "", ""), "only 1023 bits"),
    "halves of two pairs": ((forms.PEM, forms.OTHER_PUBLIC_PEM, "", ""), "do not belong together"),
    "two keys": ((forms.PEM + forms.OTHER_PEM, "", "", ""), "two different private keys"),
    "a wrong password": ((forms.locked("another"), "", "", ""), "does not open this private key"),
    "a half without its other": (("", forms.PUBLIC_PEM, "", ""), "checked against a private key"),
    "an MD5 key that is too short": (("", "", "", forms.MD5[1:]), "31 characters, not 32"),
    "an MD5 key in capitals": (("", "", "", forms.MD5.upper()), "capital letters"),
    "a good key and a bad MD5 key": ((forms.PEM, "", "", f"{forms.MD5} x"), "has a blank in it"),
}


@pytest.mark.parametrize("case", HANDED)
def test_a_mistake_is_told_before_anything_is_stored(till: Till, tmp_path: Path, case: str) -> None:
    (private, half, public, md5), said = HANDED[case]
    arguments = ["key", "import", "--profile", OWN]
    for option, text in (("--private", private), ("--public", half), ("--gateway-public", public)):
        if text:
            file = tmp_path / f"{option.strip('-')}.txt"
            file.write_text(text)
            arguments += [option, str(file)]
    typed = "a password\n"
    arguments.append("--password-stdin")
    if md5:
        arguments.append("--md5-key-stdin")
        typed += f"{md5}\n"
    before = till.json("key", "show", "--profile", OWN)
    done = till.run(*arguments, typed=typed)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert till.json("key", "show", "--profile", OWN) == before


def test_both_halves_of_one_pair_are_taken(till: Till, tmp_path: Path) -> None:
    private, half = tmp_path / "private.txt", tmp_path / "public.txt"
    private.write_text(forms.PEM)
    half.write_text(forms.PUBLIC_PEM)
    done = till.run("key", "import", "--profile", OWN, "--private", str(private), "--public", str(half))
    assert done.code == 0, done.err
