"""The application around the rooms: headers, what is refused and how, the kit's files."""

from __future__ import annotations

import json
import re

import pytest
from fastapi import APIRouter, Request
from starlette.testclient import TestClient

from holdfast.app.http.making import make_app
from holdfast.app.http.mount import Mount
from holdfast.app.http.mounts import mounts
from holdfast.kernel.errors import ConflictError, UsageError
from holdfast.web.pages import framed, render

BROWSER = {"accept": "text/html"}


def room() -> APIRouter:
    router = APIRouter()

    @router.get("/conflict")
    def conflict() -> None:
        raise ConflictError.of("HF407", "somebody else appended first", fix="load it again and decide again")

    @router.get("/wrong")
    def wrong() -> None:
        raise UsageError.of("HF501", "<script>alert(1)</script>", fix="less of it")

    @router.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("hunter-two")

    @router.get("/number/{n}")
    def number(n: int) -> int:
        return n

    @router.post("/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    return router


@pytest.fixture
def client(application):
    made = room()
    app = make_app(application, [*mounts(application), Mount("room", api=made, pages=made)])
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def test_an_error_of_a_room_is_a_problem_to_a_program(client):
    answer = client.get("/api/conflict")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == "HF407"
    assert told["type"] == "urn:holdfast:error:HF407"
    assert told["fix"] == "load it again and decide again"
    assert told["request"] == answer.headers["x-request-id"]


def test_the_same_error_is_a_page_to_a_person(client):
    answer = client.get("/conflict", headers=BROWSER)
    assert answer.status_code == 409
    assert "load it again and decide again" in answer.text
    assert "<main" in answer.text


def test_what_is_refused_is_escaped_on_its_page(client):
    text = client.get("/wrong", headers=BROWSER).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize("path", ["/api/broken", "/broken"])
def test_a_fault_of_ours_tells_nothing_of_its_inside(client, path):
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 500
    assert "hunter" not in answer.text
    assert "ZeroDivision" not in answer.text


def test_a_fault_of_ours_is_in_the_log_with_its_place_and_without_its_words(client, caplog):
    answer = client.get("/api/broken")
    record = next(each for each in caplog.records if each.getMessage() == "failed")
    from holdfast.app.logs import JsonLines

    line = json.loads(JsonLines().format(record))
    assert line["error"] == "ZeroDivisionError"
    assert line["request"] == answer.headers["x-request-id"]
    assert "hunter" not in json.dumps(line)


def test_fields_that_do_not_fit_are_named_and_not_repeated(client):
    answer = client.get("/api/number/my-password")
    assert answer.status_code == 422
    assert answer.json()["code"] == "HF643"
    assert "`n`" in answer.json()["detail"]
    assert "my-password" not in answer.text


def test_an_address_where_nothing_is_says_so(client):
    assert client.get("/api/nothing").json()["code"] == "HF640"
    assert client.get("/nothing", headers=BROWSER).status_code == 404


def test_a_body_that_is_too_large_is_refused(client):
    assert client.post("/api/body", content=b"x" * 1_000_000).json() == 1_000_000
    answer = client.post("/api/body", content=b"x" * 1_000_001)
    assert answer.status_code == 413
    assert answer.json()["code"] == "HF641"


def test_every_answer_keeps_the_browser_strict(client):
    for path in ("/nothing", "/api/number/1", "/api/broken", "/parts/clocks"):
        headers = client.get(path).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_no_page_has_script_or_style_inline(client):
    text = client.get("/nothing", headers=BROWSER).text
    assert "<style" not in text
    assert " style=" not in text
    assert not re.search(r"<[^>]*\son\w+=", text)
    assert "<script>" not in text


def test_files_that_a_page_names_are_there_and_kept_for_ever(client):
    text = client.get("/nothing", headers=BROWSER).text
    named = {part.split('"')[0] for part in text.split('="') if part.startswith("/static/")}
    assert len(named) >= 6
    for path in named:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["cache-control"]


def test_a_file_asked_for_by_an_old_name_is_the_present_one_and_not_kept(client):
    answer = client.get("/static/web/0000000000000000/kit.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["web/x/..%2f..%2fpages.py", "web/x/none.css", "os/x/path.py", "web/x/.hidden"]
)
def test_nothing_else_is_served_as_a_file(client, path):
    assert client.get(f"/static/{path}").status_code == 404


def test_a_server_on_loopback_answers_to_no_other_name(application):
    app = make_app(application, hosts={"localhost", "127.0.0.1"})
    with TestClient(app, base_url="http://evil.example") as client:
        assert client.get("/").status_code == 421
    with TestClient(app, base_url="http://localhost:4653") as client:
        assert client.get("/parts/clocks").status_code == 200


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_theme_leads_back_to_this_server_only(client, back):
    answer = client.post("/theme", data={"theme": "dark", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"
    assert "theme=dark" in answer.headers["set-cookie"]


def test_a_chosen_theme_is_on_every_page(client):
    client.cookies.set("theme", "dark")
    assert 'data-theme="dark"' in client.get("/nothing", headers=BROWSER).text


def test_a_large_page_is_compressed_and_a_stream_is_not(client, application):
    answer = client.get("/nothing", headers={**BROWSER, "accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


def test_a_page_of_a_room_has_the_frame(application):
    pages = APIRouter()

    @pages.get("/shown")
    def shown(request: Request):
        return render("holdfast.web", "problem.html", framed(request, "Shown"), refusal=refusal)

    from holdfast.web.problems import refusal_of_status

    refusal = refusal_of_status(404, "nothing")
    with TestClient(make_app(application, [*mounts(application), Mount("r", pages=pages)])) as client:
        assert "<title>Shown · Holdfast</title>" in client.get("/shown").text


def test_the_description_says_how_every_route_of_the_api_refuses(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    routes = [
        route for path, methods in paths.items() if path.startswith("/api/") for route in methods.values()
    ]
    assert routes
    for route in routes:
        assert "application/problem+json" in route["responses"]["4XX"]["content"]
