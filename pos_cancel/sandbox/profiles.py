"""Writing what a client needs to know of a training gateway: profile, keys, sales."""

import csv
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pos_cancel.sandbox.keys import Account, SandboxKeys
from pos_cancel.sandbox.ledger import GATEWAY_TIME
from pos_cancel.sandbox.server import Sandbox
from pos_cancel.sandbox.story_trades import TrainingSale

# Four accounts of one shop have four names, or nobody could tell which one a sale belongs to.
ACCOUNTS = {
    "acquire": "Training shop",
    "antom": "Training shop, Antom",
    "apo": "Training shop, Alipay+ orchestration",
    "acqp": "Training shop, Alipay+",
}
PRIVATE_MODE = 0o600
Settings = dict[str, str | float]
# Antom's own client sends milliseconds, Alipay+ ISO 8601 (T16).
TIMESTAMPS: Mapping[str, str] = MappingProxyType({"antom": "ms", "apo": "ms", "acqp": "iso"})
NETWORKS: Mapping[str, str] = MappingProxyType(
    {"acquire": "Alipay", "antom": "Antom", "apo": "Antom", "acqp": "Alipay+"}
)


def profile_name(gateway: str) -> str:
    """Give the name of a gateway's training profile."""
    return f"training-{gateway}"


def write_profiles(sandbox: Sandbox, directory: Path) -> None:
    """Write each gateway's profile and keys, ca.pem and sales.csv into `directory`.

    Every file is readable by its owner only.  The sales are made on the gateway, one
    per story.  Raises OSError when the folder cannot be written, RuntimeError when the
    gateway has not been started.
    """
    directory.mkdir(parents=True, exist_ok=True)
    ca_file = directory.resolve() / "ca.pem" if sandbox.ca_pem else None
    if ca_file is not None:
        _write(ca_file, sandbox.ca_pem)
    keys = sandbox.keys
    _write_gateway(directory, _shared(sandbox, "acquire", ca_file) | _acquire(sandbox), keys)
    _write(directory / "acquire.md5", keys.md5_secret().encode())
    for name, account in keys.accounts.items():
        _write_gateway(directory, _shared(sandbox, name, ca_file) | _json(account), account)
    _write(directory / "sales.csv", _sales(sandbox.open_training_day()).encode())


def _write_gateway(directory: Path, settings: Settings, keys: SandboxKeys | Account) -> None:
    # A TOML basic string has JSON's escapes, and a TOML float JSON's digits.
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    gateway = settings["gateway"]
    _write(directory / f"{gateway}.toml", text.encode())
    _write(directory / f"{gateway}.private.pem", keys.merchant_private_pem().encode())
    _write(directory / f"{gateway}.gateway-public.pem", keys.gateway_public_pem().encode())


def _shared(sandbox: Sandbox, gateway: str, ca_file: Path | None) -> Settings:
    settings: Settings = {
        "name": profile_name(gateway),
        "kind": "training",
        "gateway": gateway,
        "endpoint": sandbox.urls[gateway],
        "currency": "CNY",
        "network": NETWORKS[gateway],
        "account": ACCOUNTS[gateway],
        "support": "the trainer",
        "till": "T1",
        "pace": sandbox.pace,
    }
    return settings if ca_file is None else settings | {"ca_file": str(ca_file)}


def _acquire(sandbox: Sandbox) -> Settings:
    return {
        "partner": sandbox.keys.partner,
        "sign_type": "RSA2",
        "timestamp": "datetime",
        "query": "acquire",
        "charset": "UTF-8",
    }


def _json(account: Account) -> Settings:
    return {
        "client_id": account.client_id,
        "sign_type": "RSA256",
        "key_version": "1",
        "timestamp": TIMESTAMPS[account.gateway_name],
    }


def _sales(sales: tuple[TrainingSale, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["number", "amount", "currency", "time", "profile", "status"])
    for sale in sales:
        at = sale.at.astimezone(GATEWAY_TIME).isoformat(timespec="seconds")
        profile = profile_name(sale.gateway)
        writer.writerow([sale.number, f"{sale.amount:f}", sale.currency, at, profile, sale.status])
    return text.getvalue()


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        # An older file of this name may have been open to others.
        path.chmod(PRIVATE_MODE)
        file.write(content)
