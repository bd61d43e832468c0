"""The vault over HTTP: files streamed in and out, refused early, and shown so that nothing of them runs."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from holdfast.access.model.principal import Principal, Role
from holdfast.app.bootstrap import Application
from holdfast.app.http.making import make_app
from holdfast.app.http.mount import Mount
from holdfast.app.http.vault import vault_mount
from holdfast.evidence.events.vault import EvidenceOpened
from holdfast.respond.commands.signals import ReceiveReport
from holdfast.respond.events.declaring import IncidentDeclared
from holdfast.respond.views.timeline import rows_of
from holdfast.store.tables.vault import vault_chunks, vault_objects

INCIDENT = "INC-2026-0001"
BASE = f"/api/incidents/{INCIDENT}/evidence"
PAGES = f"/incidents/{INCIDENT}/vault"
HTML = b"<html><script>alert(1)</script>Anna Smith</html>"


class Anybody:
    """Stands in for access: who asks is said by a header."""

    def __init__(self, app) -> None:
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            who, _, role = dict(scope["headers"]).get(b"who", b"p-ann/admin").decode().partition("/")
            roles = frozenset({Role(role), Role.RESPONDER} if role == "admin" else {Role(role)})
            scope.setdefault("state", {})["principal"] = Principal(who, Principal.local("x").kind, roles)
        await self._app(scope, receive, send)


def as_(who: str) -> dict[str, str]:
    return {"who": who}


@pytest.fixture
def client(application: Application):
    title, account = application.vault.seal_all(INCIDENT, ["t", "a"])
    fields = {"incident": INCIDENT, "system": "s", "title": title, "account": account, "source": "person"}
    declared = IncidentDeclared.model_validate(
        {name: value for name, value in fields.items() if name in IncidentDeclared.model_fields}
    )
    application.ledger.append(f"incident/{INCIDENT}", [declared], expected=0, actor="p-ann")
    app = make_app(application, [Mount("test", middleware=Anybody), vault_mount(application)])
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def add(client, content: bytes = HTML, name: str = "page.html", **fields: str):
    return client.post(
        BASE, data={"why": "it shows it", **fields}, files={"file": (name, content, "text/html")}
    )


def kept(application: Application) -> int:
    with application.store.reading() as connection:
        files = select(func.count()).select_from(vault_objects).where(vault_objects.c.chunks > 0)
        chunks = select(func.count()).select_from(vault_chunks)
        return connection.execute(files).scalar() + connection.execute(chunks).scalar()


def test_a_file_comes_in_and_is_listed_with_its_custody(client) -> None:
    answer = add(client, b"x" * 3_000_000, kind="trace")
    assert answer.status_code == 201
    told = client.get(BASE).json()["evidence"]
    assert [(row["name"], row["kind"], row["size"]) for row in told] == [("page.html", "trace", 3_000_000)]
    assert told[0] == answer.json()
    assert told[0]["trail"][0]["what"] == "added"


def test_a_content_is_saved_never_run_and_recorded_before_its_first_byte(client, application) -> None:
    item = add(client).json()["id"]
    answer = client.get(f"{BASE}/{item}/content")
    assert answer.content == HTML
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    last = application.ledger.read(f"vault/{INCIDENT}")[-1]
    assert isinstance(last.event, EvidenceOpened)
    assert last.actor == "p-ann"


def test_html_is_viewed_as_plain_text_in_a_sandbox(client) -> None:
    item = add(client).json()["id"]
    answer = client.get(f"{PAGES}/{item}/view")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_neither_image_nor_text_is_only_saved(client) -> None:
    item = add(client, b"%PDF-1.7 ...").json()["id"]
    answer = client.get(f"{PAGES}/{item}/view")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("CON.html", "_CON.html"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("x" * 4_000 + ".json", "x" * 145 + ".json"),
    ],
)
def test_a_hostile_file_name_ends_as_a_safe_one(client, name, safe) -> None:
    item = add(client, name=name).json()
    assert item["name"] == safe
    header = client.get(f"{BASE}/{item['id']}/content").headers["content-disposition"]
    assert ".." not in header
    assert "\n" not in header


def test_two_gigabytes_are_refused_before_anything_of_them_is_read(client, application) -> None:
    read = []

    def endless():
        for number in range(10):
            read.append(number)
            yield b"x" * 1_000

    answer = client.post(
        BASE,
        content=endless(),
        headers={"content-length": str(2 * 2**30), "content-type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code == 413
    assert kept(application) == 0


def test_a_file_without_a_length_is_refused(client) -> None:
    answer = client.post(
        BASE, content=iter([b"x"]), headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 411


def test_a_bomb_is_refused_and_nothing_of_it_is_kept(client, application) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(150 * 2**20))
    answer = add(client, packed.getvalue())
    assert (answer.status_code, answer.json()["code"]) == (422, "HF779")
    assert kept(application) == 0


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"nothing of a form", "multipart/form-data; boundary=b"),
        (
            b'--b\r\nContent-Disposition: form-data; name="why"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\ncut of',
            "multipart/form-data; boundary=b",
        ),
        (b"{}", "application/json"),
        (b"x", "multipart/form-data"),
    ],
)
def test_what_is_no_form_with_a_file_is_refused_and_leaves_nothing(client, application, body, kind) -> None:
    answer = client.post(BASE, content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (400, "HF643")
    assert kept(application) == 0


def test_two_files_in_one_form_are_refused(client, application) -> None:
    files = [("file", ("a", b"1", "text/plain")), ("file", ("b", b"2", "text/plain"))]
    assert client.post(BASE, data={"why": "x"}, files=files).status_code == 400
    assert kept(application) == 0


def test_a_file_without_a_reason_is_refused_with_a_page_and_not_kept(client, application) -> None:
    answer = client.post(
        PAGES, data={"why": " "}, files={"file": ("a", b"x")}, headers={"accept": "text/html"}
    )
    assert answer.status_code == 422
    assert "no reason was given" in answer.text
    assert kept(application) == 0


def test_ids_that_are_none_and_incidents_that_are_none_are_not_found(client) -> None:
    assert client.get(f"{BASE}/o-{'0' * 32}").status_code == 404
    assert client.get(f"{BASE}/o-{'0' * 32}/content").status_code == 404
    assert client.get("/api/incidents/INC-2026-0009/evidence").status_code == 404
    answer = client.post(
        "/api/incidents/INC-2026-0009/evidence", data={"why": "x"}, files={"file": ("a", b"x")}
    )
    assert answer.status_code == 404


def test_roles_are_asked_for_each_act(client) -> None:
    item = add(client).json()["id"]
    assert client.get(BASE, headers=as_("p-v/viewer")).status_code == 200
    assert client.get(f"{BASE}/{item}/content", headers=as_("p-v/viewer")).status_code == 403
    assert client.get(f"{PAGES}/{item}/view", headers=as_("p-v/viewer")).status_code == 403
    assert (
        client.post(f"{BASE}/{item}/redact", json={"why": "x"}, headers=as_("p-r/responder")).status_code
        == 403
    )
    files = {"file": ("a", b"x")}
    assert client.post(BASE, data={"why": "x"}, files=files, headers=as_("p-v/viewer")).status_code == 403


def test_a_hold_by_two_persons_stands_against_redaction(client) -> None:
    item = add(client).json()["id"]
    hold = f"/api/incidents/{INCIDENT}/vault/hold"
    assert client.post(hold, json={"why": "counsel"}).json()["holds"]
    assert client.post(f"{hold}/confirm").json()["code"] == "HF605"
    assert client.post(f"{hold}/confirm", headers=as_("p-ben/admin")).json()["held"]
    refused = client.post(f"{BASE}/{item}/redact", json={"why": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "HF775")


def test_a_redacted_content_is_gone(client) -> None:
    item = add(client).json()["id"]
    assert client.post(f"{BASE}/{item}/redact", json={"why": "personal"}).json()["state"] == "redacted"
    assert client.get(f"{BASE}/{item}/content").status_code == 410


def test_the_pages_work_as_plain_forms_and_show_everything_as_text(client) -> None:
    evil = "<script>alert(2)</script>{{ 7*7 }}"
    answer = client.post(PAGES, data={"why": evil}, files={"file": (evil, HTML)}, follow_redirects=True)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(2)&lt;/script&gt;{{ 7*7 }}" in answer.text
    item = client.get(BASE).json()["evidence"][0]["id"]
    covered = client.post(
        f"{PAGES}/{item}/cover", data={"passages": "Anna Smith\nhtml", "why": "a name"}, follow_redirects=True
    )
    assert "passages covered" in covered.text
    assert b"Anna" not in client.get(f"{PAGES}/{item}/view").content


def test_a_passage_that_is_not_there_keeps_what_was_typed(client) -> None:
    item = add(client).json()["id"]
    answer = client.post(f"{PAGES}/{item}/cover", data={"passages": "Berta Jones", "why": "a name"})
    assert answer.status_code == 422
    assert "Berta Jones</textarea>" in answer.text


def test_a_person_asks_to_erase_and_another_confirms_on_the_page(client) -> None:
    item = add(client).json()["id"]
    acts = f"/incidents/{INCIDENT}/vault-act/erase"
    client.post(f"{acts}/ask", data={"why": "retention ends"})
    waiting = client.get(PAGES, headers=as_("p-ben/admin"))
    assert "waits for a second person" in waiting.text
    done = client.post(f"{acts}/confirm", headers=as_("p-ben/admin"), follow_redirects=True)
    assert "was erased for good" in done.text
    assert client.get(f"{PAGES}/{item}").status_code == 200
    assert client.get(f"{BASE}/{item}/content").status_code == 410


@pytest.fixture
def report(application: Application) -> str:
    who = Principal("t-rep", Principal.local("x").kind, frozenset({Role.VIEWER}))
    return application.respond.receive(ReceiveReport(what="it lied", reporter="customer"), who)


def test_who_reports_may_send_files_along_and_read_none(client, report) -> None:
    files = {"file": ("screen.png", b"\x89PNG\r\n\x1a\n", "image/png")}
    viewer = as_("p-v/viewer")
    sent = client.post(
        f"/api/reports/{report}/files", data={"why": "what I saw"}, files=files, headers=viewer
    )
    assert sent.status_code == 201
    item = sent.json()["id"]
    assert client.get(f"/api/reports/{report}/files", headers=viewer).status_code == 403
    assert client.get(f"/api/reports/{report}/files/{item}/content", headers=viewer).status_code == 403
    listed = client.get(f"/api/reports/{report}/files", headers=as_("p-r/responder")).json()["evidence"]
    assert [(row["name"], row["actor"]) for row in listed] == [("screen.png", "p-v")]
    content = client.get(f"/api/reports/{report}/files/{item}/content", headers=as_("p-r/responder"))
    assert content.headers["content-disposition"].startswith("attachment")


def test_a_reporter_sends_a_file_along_on_the_page(client, report) -> None:
    files = {"file": ("chat.txt", b"<b>hello</b>")}
    page = client.post(
        f"/report/{report}/files", data={"why": "the chat"}, files=files, headers=as_("p-v/viewer")
    )
    assert "Your file is kept" in page.text
    shown = client.get(f"/reports/{report}/files", headers=as_("p-r/responder"))
    assert "chat.txt" in shown.text


def test_a_report_that_is_none_takes_no_file(client, application) -> None:
    files = {"file": ("a", b"x")}
    answer = client.post("/api/reports/R-aaaaaaaaaaaaaaaa/files", data={"why": "x"}, files=files)
    assert answer.status_code == 404
    assert kept(application) == 0


def test_the_room_has_a_panel_of_its_evidence(client) -> None:
    add(client)
    panel = client.get(f"/parts/incidents/{INCIDENT}/evidence")
    assert "1 piece of evidence; no legal hold." in panel.text
    assert client.get(f"/incidents/{INCIDENT}/evidence", follow_redirects=False).headers["location"] == PAGES


def test_what_happens_to_evidence_stands_in_words_in_the_time_line(client, application) -> None:
    item = add(client).json()["id"]
    client.post(f"{BASE}/{item}/redact", json={"why": "a token"})
    facts = application.ledger.read(f"vault/{INCIDENT}")
    rows = rows_of(facts, application.vault)
    assert [row.words for row in rows] == [
        "Evidence added: file, text/plain, 48 bytes",
        "A content was redacted for good",
    ]
    assert {row.kind for row in rows} == {"evidence"}
    assert [said.text for said in rows[1].said] == ["a token"]
