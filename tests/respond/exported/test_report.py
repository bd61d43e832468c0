"""The report of an incident: JSON, HTML and PDF say the same, and what people wrote is text in each."""

from __future__ import annotations

import json
import re

import pytest
from cases import ANN, INCIDENT

from holdfast.app.cli import run
from holdfast.app.http.making import make_app
from holdfast.kernel.errors import HoldfastError
from holdfast.respond.pages import typesetting
from holdfast.respond.pages.report import report_html, settable
from holdfast.respond.views.report.document import document

EVIL = (
    "<script>alert(1)</script> {{ 7*7 }} {% raw %} #strong[x] $x^2$ *b* _i_ `c` @ref <label>"
    " \\ // */ ]]> \"'",
    '= Heading\n- list\n/ term: x\n#include "/etc/passwd"\n#read("/etc/passwd")\n\\u{1F600}',
    "a\u202egpj.exe \x00\x07 \u2028 " + "w" * 500,
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u4e2d\u6587 \U0001f525"
    " \U0001f468\u200d\U0001f469",
)


@pytest.fixture
def told(case):
    """Return the case with hostile words in every text that its statement, decision and notes have."""
    respond = case.application.respond

    def do(name: str, **fields: object) -> None:
        respond.perform(INCIDENT, respond.act_command(name)(**fields), ANN)

    for words in EVIL:
        do("statement", text=words, who=words, where=words)
        do("decide", what=words, why=words, alternatives=words, risk=words)
        do("note", text=words)
        do("hypothesis", observation=words, explains=words)
    return case


def test_the_report_has_every_fact_and_word(told) -> None:
    report = json.loads(told.application.reports.written(told.application.reports.report(INCIDENT), "json"))
    assert report["format"] == 1
    assert len(report["incident"]["decisions"]) == len(EVIL)
    assert {fact["type"] for fact in report["timeline"]} >= {
        "IncidentDeclared",
        "EvidenceAdded",
        "DecisionMade",
    }
    seqs = [fact["seq"] for fact in report["timeline"]]
    assert seqs == sorted(seqs)
    assert [row["state"] for row in report["evidence"]["evidence"]] == ["there", "covered", "redacted"]


def test_what_people_wrote_is_text_in_the_html(told) -> None:
    page = report_html(document(told.application.reports.report(INCIDENT)))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} {% raw %}" in page
    assert "49" not in re.sub(r"\d{2}:49|#\d+|[0-9a-f]{20,}", "", page)
    assert "\u202e" not in page, "no mark turns what follows it"
    assert "content=\"default-src 'none'" in page
    assert not re.search(r"(src|href)=\"(?!#)", page), "nothing is loaded"


def test_what_people_wrote_is_text_in_the_pdf(told) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="PDFs are read with pypdfium2: --group web")
    content = told.application.reports.written(told.application.reports.report(INCIDENT), "pdf")
    file = pdfium.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_bounded() for page in file)
    assert "#strong[x] $x^2$ *b* _i_ `c` @ref <label>" in text
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text
    assert "= Heading" in text
    assert "[fire]" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\nb", "a\nb"),
        ("\u05e9\u05dc", "\u05e9\u05dc"),
        ("\u2705\ufe0f done", "[white heavy check mark] done"),
        ("a\u202eb\x07", "a\\u202eb\\x07"),
        ("x" * 30, "x" * 28 + "\u200bxx"),
    ],
)
def test_a_text_is_made_such_that_fonts_can_set_it(text, shown) -> None:
    assert settable(text) == shown


def test_a_drill_and_an_empty_incident_say_so(case) -> None:
    from dataclasses import replace

    made = document(case.application.reports.report(INCIDENT))
    page = report_html(replace(made, drill=True))
    assert "This was a rehearsal" in page
    assert "Nothing was decided yet." in page


def test_a_pdf_that_cannot_be_set_is_told(monkeypatch) -> None:
    with pytest.raises(HoldfastError, match="HF781"):
        typesetting.typeset("no json")
    with pytest.raises(HoldfastError, match="HF781"):
        typesetting.typeset("{}", seconds=0.001)


def test_the_command_writes_each_form(case, capsys, monkeypatch) -> None:
    monkeypatch.chdir(case.folder)
    monkeypatch.setenv("HOLDFAST_HOME", str(case.folder))
    for form, start in (("html", b"<!doctype html>"), ("json", b"{"), ("pdf", b"%PDF-")):
        assert run(["incident", "report", INCIDENT, "--to", f"a.{form}"]) == 0
        assert (case.folder / f"a.{form}").read_bytes().lstrip().startswith(start)
    assert run(["incident", "report", INCIDENT, "--to", "a.docx"]) == 3
    assert run(["incident", "report", "INC-2026-0009", "--to", "b.html"]) == 3


def test_the_server_gives_report_and_export(case) -> None:
    from starlette.testclient import TestClient

    app = make_app(case.application)
    with TestClient(app) as client:
        page = client.get(f"/incidents/{INCIDENT}/report")
        assert page.status_code == 200
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert (
            client.get(f"/incidents/{INCIDENT}/report.json").headers["content-disposition"].endswith('.json"')
        )
        assert client.get(f"/api/incidents/{INCIDENT}/report").json()["incident"]["id"] == INCIDENT
        answer = client.post(f"/api/incidents/{INCIDENT}/export")
        assert answer.headers["content-type"] == "application/zip"
        (case.folder / "got.zip").write_bytes(answer.content)
        assert client.get("/api/incidents/INC-2026-0009/report").status_code == 404
    from holdfast.respond.views.exported.verify import verify

    assert verify(str(case.folder / "got.zip"), case.key).problems == []
