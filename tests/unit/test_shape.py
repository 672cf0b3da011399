"""What a shop's numbers look like, and which number does not."""

import pytest

from pos_cancel.domain.shape import MOST_FORMS, REST, Form, fit, form_of, is_odd, learn

DAY = [f"TA-20261121-{count:04d}" for count in range(300)]


@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("TA-20261121-0007", "TA-d8-d4"),
        ("20261121/AB/07", "d8/A2/d2"),
        ("7a中b--1", "d1a1w1a1--d1"),
        ("ONLYLETTERSHERE", "ONLYLETTERSHA3"),
        ("", ""),
    ],
)
def test_the_form_of_a_number(number: str, form: str) -> None:
    assert form_of(number) == form


def test_forms_are_counted_and_their_beginning_shrinks() -> None:
    forms = learn({}, DAY[:2])
    assert forms == {"TA-d8-d4": Form(2, 16, "TA-20261121-000")}
    assert learn(forms, ["TB-1"])["TB-d1"] == Form(1, 4, "TB-1")


def test_a_number_fits_by_form_and_beginning_or_by_form_alone() -> None:
    forms = learn({}, DAY)
    assert fit("TA-20261121-0999", forms) == 2
    assert fit("TA-20261122-0001", forms) == 1
    assert fit("TB-20261121-0001", forms) == 0


def test_a_number_of_an_unseen_form_is_odd_once_enough_was_seen() -> None:
    forms = learn({}, DAY)
    assert not is_odd("TA-20261122-0001", forms)
    for slip in ("TA-2026112-0001", "TA-20261121-00O1", "TA20261121-0001", "TA-20261121-00011"):
        assert is_odd(slip, forms), slip
        assert not is_odd(slip, learn({}, DAY[:50])), "50 numbers say little about the next one"


def test_where_forms_keep_coming_only_the_length_counts() -> None:
    shuffled = learn({}, [f"{count * 2654435761 % 2**32:08x}" for count in range(400)])
    assert not is_odd("7a7b7c7d", shuffled)
    assert is_odd("7a7b7c7d7", shuffled)


def test_where_lengths_keep_coming_too_nothing_is_odd() -> None:
    forms = learn({}, ["1" * length for length in range(1, 40)])
    assert not is_odd("9" * 60, forms)


def test_what_is_nearly_a_gateways_number_is_odd_to_everybody() -> None:
    number = "2026112122001400821234564821"
    assert not is_odd(number, {})
    assert is_odd(number[:-1], {})
    assert is_odd(number + "1", {})
    assert not is_odd(number[:-1], learn({}, [number[:-1]]))


def test_a_shop_with_numbers_of_every_form_has_none() -> None:
    forms = learn({}, [chr(0x4E00 + count) + "1" for count in range(MOST_FORMS + 20)])
    assert forms[REST] == Form(20, 0, forms[REST].beginning)
    assert len(forms) == MOST_FORMS + 1
    assert not is_odd("something else", forms)
