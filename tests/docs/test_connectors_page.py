"""What docs/connectors.md gives away works: the routes load, and the verifier takes what Holdfast signs."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from holdfast.integrations.webhook import signature
from holdfast.plan.model.routes import Route, kind_of
from holdfast.plan.views.reading import read_plan

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "connectors.md").read_text(encoding="utf-8")
SECRET = "whsec_c2VjcmV0LW9mLXRoZS1ob29r"
BODY = b'{"id": "delivery-1"}'


def made(kind: str) -> str:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, flags=re.DOTALL)[0]


@pytest.fixture
def verify() -> Any:
    space: dict[str, Any] = {}
    exec(made("python"), space)
    return space["Verifier"](SECRET)


def request(at: int | None = None, secret: str = SECRET, body: bytes = BODY, id_: str = "delivery-1") -> Any:
    moment = str(int(time.time()) if at is None else at)
    return {
        "webhook-id": id_,
        "webhook-timestamp": moment,
        "webhook-signature": signature(secret, id_, moment, body),
    }


def test_the_routes_of_the_page_are_routes_of_every_kind(tmp_path):
    path = tmp_path / "holdfast.yaml"
    path.write_text("holdfast: 1\nsystem: {id: shop, name: Shop, purpose: sells}\n" + made("yaml"))
    kinds = {kind_of(route) for route in read_plan(path).plan.routes.values()}
    union = Route.__origin__.__args__
    assert kinds == {next(iter(each.__origin__.model_fields)) for each in union} - {"opsgenie"}


def test_what_holdfast_signs_is_taken_once(verify):
    headers = request()
    assert verify(headers, BODY)
    assert not verify(headers, BODY)


def test_the_same_delivery_tried_again_is_taken(verify):
    now = int(time.time())
    assert verify(request(now - 5), BODY)
    assert verify(request(now), BODY)


@pytest.mark.parametrize(
    "headers",
    [
        request(secret="whsec_YW5vdGhlcg=="),
        request(body=b"{}"),
        request(at=int(time.time()) - 3600),
        request(at=int(time.time()) + 3600),
        request() | {"webhook-id": "delivery-2"},
        request() | {"webhook-timestamp": str(int(time.time()) - 1)},
        request() | {"webhook-timestamp": "now"},
        request() | {"webhook-signature": ""},
        request() | {"webhook-signature": "v1,"},
        {},
    ],
)
def test_anything_else_is_refused(verify, headers):
    assert not verify(headers, BODY)


def test_while_a_key_is_changed_one_signature_that_fits_is_enough(verify):
    headers = request()
    headers["webhook-signature"] = "v1,AAAA " + headers["webhook-signature"]
    assert verify(headers, BODY)
