"""The vectors as data, and those that are not acquire's."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Vector = dict[str, Any]
FOLDER = Path(__file__).parents[1] / "vectors"
VECTORS: Mapping[str, Vector] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))
}

JSON_BODY = "a JSON gateway's; test_vectors_json.py runs it"
JSON_HEADER = "a JSON gateway's header; test_vectors_json.py runs it"
SKIPPED: Mapping[str, str] = {
    "case-acqp-f-key-not-found": JSON_BODY,
    "case-acqp-f-process-fail": JSON_BODY,
    "case-acqp-f-window": JSON_BODY,
    "case-acqp-no-response": JSON_BODY,
    "case-acqp-s": JSON_BODY,
    "case-acqp-s-with-other-code": JSON_BODY,
    "case-acqp-u-key-not-found": JSON_BODY,
    "case-acqp-u-unknown-exception": JSON_BODY,
    "case-ams-f-window": JSON_BODY,
    "case-ams-no-response": JSON_BODY,
    "case-ams-s": JSON_BODY,
    "case-ams-status-missing": JSON_BODY,
    "case-apo-f-process-fail": JSON_BODY,
    "case-apo-s": JSON_BODY,
    "codes-acqp-cancelpayment": JSON_BODY,
    "codes-ams-cancel-instore": JSON_BODY,
    "codes-ams-cancel-online": JSON_BODY,
    "codes-ams-inquirypayment-instore": JSON_BODY,
    "codes-ams-inquirypayment-online": JSON_BODY,
    "codes-ams-inquiryrefund-instore": JSON_BODY,
    "codes-ams-inquiryrefund-online": JSON_BODY,
    "codes-ams-refund-instore": JSON_BODY,
    "codes-ams-refund-online": JSON_BODY,
    "json-acqp-cancel-success": JSON_BODY,
    "json-ams-cancel-success": JSON_BODY,
    "json-ams-inquiry-mixed-case-status": JSON_BODY,
    "json-ams-inquiry-success": JSON_BODY,
    "json-ams-inquiryrefund-success": JSON_BODY,
    "json-ams-refund-success": JSON_BODY,
    "json-apo-cancel-success": JSON_BODY,
    "json-result-missing": JSON_BODY,
    "neg-resp-ams-body-reserialised": JSON_HEADER,
    "neg-resp-ams-other-client": JSON_HEADER,
    "run-ams-refund-rsa256": JSON_HEADER,
    "run-aplus-aps-api-v1-payments-inquirypayment-12-rsa256": JSON_HEADER,
    "run-php-ams-api-v1-payments-cancel-10-rsa256": JSON_HEADER,
    "run-resp-acqp-cancel-s-pretty": JSON_HEADER,
    "run-resp-ams-cancel-f-unicode": JSON_HEADER,
    "sighdr-bad-percent": JSON_HEADER,
    "sighdr-extra-clientid-keyversion0": JSON_HEADER,
    "sighdr-missing-signature": JSON_HEADER,
    "sighdr-request-sample": JSON_HEADER,
    "sighdr-response-sample-no-spaces": JSON_HEADER,
    "wire-antom-python-inquirypayment": JSON_HEADER,
    "wire-antom-python-refund": JSON_HEADER,
}
