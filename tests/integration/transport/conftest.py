"""A transport that is closed at the end, and an authority of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from pos_cancel.adapters.transport import RequestsTransport


@pytest.fixture
def transport() -> Iterator[RequestsTransport]:
    made = RequestsTransport()
    yield made
    made.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)
