"""Writing what a client needs to know of a training gateway: profile, keys, sales."""

import csv
import io
import json
import os
from pathlib import Path

from pos_cancel.sandbox.ledger import GATEWAY_TIME
from pos_cancel.sandbox.server import Sandbox
from pos_cancel.sandbox.story_trades import TrainingSale

PROFILE_NAME = "training-acquire"
PRIVATE_MODE = 0o600


def write_profiles(sandbox: Sandbox, directory: Path) -> None:
    """Write acquire.toml, the keys, ca.pem and sales.csv into `directory`.

    Every file is readable by its owner only.  The sales are made on the gateway, one
    per story.  Raises OSError when the folder cannot be written, RuntimeError when the
    gateway has not been started.
    """
    directory.mkdir(parents=True, exist_ok=True)
    ca_file = directory.resolve() / "ca.pem" if sandbox.ca_pem else None
    if ca_file is not None:
        _write(ca_file, sandbox.ca_pem)
    _write(directory / "acquire.toml", _profile(sandbox, ca_file).encode())
    _write(directory / "acquire.private.pem", sandbox.keys.merchant_private_pem().encode())
    _write(directory / "acquire.gateway-public.pem", sandbox.keys.gateway_public_pem().encode())
    _write(directory / "acquire.md5", sandbox.keys.md5_secret().encode())
    _write(directory / "sales.csv", _sales(sandbox.open_training_day()).encode())


def _profile(sandbox: Sandbox, ca_file: Path | None) -> str:
    settings: dict[str, str | float] = {
        "name": PROFILE_NAME,
        "kind": "training",
        "gateway": "acquire",
        "endpoint": sandbox.urls["acquire"],
        "partner": sandbox.keys.partner,
        "sign_type": "RSA2",
        "timestamp": "datetime",
        "query": "acquire",
        "charset": "UTF-8",
        "currency": "CNY",
        "network": "Alipay",
        "account": "Training shop",
        "support": "the trainer",
        "till": "T1",
        "pace": sandbox.pace,
    }
    if ca_file is not None:
        settings["ca_file"] = str(ca_file)
    # A TOML basic string has JSON's escapes, and a TOML float JSON's digits.
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())


def _sales(sales: tuple[TrainingSale, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["number", "amount", "currency", "time", "profile", "status"])
    for sale in sales:
        at = sale.at.astimezone(GATEWAY_TIME).isoformat(timespec="seconds")
        writer.writerow([sale.number, f"{sale.amount:f}", sale.currency, at, PROFILE_NAME, sale.status])
    return text.getvalue()


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        # An older file of this name may have been open to others.
        path.chmod(PRIVATE_MODE)
        file.write(content)
