"""The words in which the stories of the JSON gateways are told.

The codes are Antom's; what the Alipay+ acquirer says in their place stands in json_answers.py.
"""

from functools import partial

from pos_cancel.sandbox.faults import Fault, Harm, Says, Story

ALL = ("antom", "apo", "acqp")
AMS = ("antom", "apo")
ALIPAYPLUS = ("acqp",)


def fails(code: str) -> Fault:
    """Refuse the cancel, signed."""
    return Fault(executes=False, says=Says("F", code))


def unsure(code: str) -> Fault:
    """Do nothing and call the result unknown."""
    return Fault(executes=False, says=Says("U", code))


def refuses(code: str) -> Fault:
    """Refuse the cancel without a signature."""
    return Fault(executes=False, says=Says("F", code), harm=Harm.NO_SIGN)


# Most stories are told by all three.
told = partial(Story, gateways=ALL)
