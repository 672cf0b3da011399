"""The training gateway: a real server on loopback with trades, money, keys and stories.

It imports nothing of the product's own gateway code, so that it can judge it.
"""

from pos_cancel.sandbox.faults import Story
from pos_cancel.sandbox.keys import SandboxKeys
from pos_cancel.sandbox.ledger import Ledger, LedgerError, TradeState
from pos_cancel.sandbox.profiles import write_profiles
from pos_cancel.sandbox.server import Sandbox
from pos_cancel.sandbox.stories import STORIES, story_of

__all__ = [
    "STORIES",
    "Ledger",
    "LedgerError",
    "Sandbox",
    "SandboxKeys",
    "Story",
    "TradeState",
    "story_of",
    "write_profiles",
]
