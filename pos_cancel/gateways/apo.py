"""Alipay+ payment orchestration (gateways.md A3; seed 001).

Its own sample speaks through Antom's client, so paths, headers and fields are Antom's. What differs is no
matter of bytes: whose ids they are, the window, and that the customer may still pay after an S (T14).
"""

from dataclasses import replace

from pos_cancel.gateways import CodeTable
from pos_cancel.gateways.antom import DIALECT as ANTOM
from pos_cancel.gateways.json_gateway import JsonGateway

DIALECT = replace(ANTOM, name="apo")


class Apo(JsonGateway):
    """The gateway of that name."""

    def __init__(self, table: CodeTable) -> None:
        super().__init__(DIALECT, table)
