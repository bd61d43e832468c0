"""The API is described, with examples, on a page that fetches nothing from elsewhere."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from holdfast.app.http.described import operations
from holdfast.app.http.making import make_app


@pytest.fixture
def client(application):
    with TestClient(make_app(application), headers={"accept": "text/html"}) as opened:
        yield opened


def test_every_operation_is_on_the_page(client):
    schema = client.get("/api/openapi.json").json()
    text = client.get("/api/docs").text
    for group in operations(schema).values():
        for each in group:
            assert f"<b>{each.method}</b> {each.path}" in text
    assert "https://" not in text


def test_every_operation_says_what_it_does_and_what_its_fields_mean(client):
    schema = client.get("/api/openapi.json").json()
    silent = [
        f"{each.method} {each.path}"
        for group in operations(schema).values()
        for each in group
        if not (each.summary or each.description)
    ]
    assert silent == []


def test_a_body_has_an_example(client):
    schema = client.get("/api/openapi.json").json()
    every = [each for group in operations(schema).values() for each in group]
    declare = next(each for each in every if (each.method, each.path) == ("POST", "/api/incidents"))
    assert '"system"' in declare.body


def test_pages_are_no_part_of_the_description(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    assert all(path.startswith("/api/") for path in paths)
