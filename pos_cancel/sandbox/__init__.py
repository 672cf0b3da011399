"""The training gateway: a real server on loopback with trades, money, keys and stories.

It imports nothing of the product's own gateway code, so that it can judge it.
"""

from pos_cancel.sandbox.faults import GATEWAYS, Story
from pos_cancel.sandbox.json_stories import JSON_STORIES
from pos_cancel.sandbox.keys import Account, SandboxKeys
from pos_cancel.sandbox.ledger import Ledger, LedgerError, TradeState
from pos_cancel.sandbox.profiles import write_profiles
from pos_cancel.sandbox.server import Sandbox
from pos_cancel.sandbox.stories import STORIES
from pos_cancel.sandbox.story_book import OPENINGS, WORDS, stories_of, story_of

__all__ = [
    "GATEWAYS",
    "JSON_STORIES",
    "OPENINGS",
    "STORIES",
    "WORDS",
    "Account",
    "Ledger",
    "LedgerError",
    "Sandbox",
    "SandboxKeys",
    "Story",
    "TradeState",
    "stories_of",
    "story_of",
    "write_profiles",
]
