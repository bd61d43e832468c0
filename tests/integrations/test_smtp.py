"""Mail, against a server on loopback."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from tests.integrations.receivers.cases import message
from tests.integrations.receivers.certificates import self_signed

from holdfast.integrations.smtp import Letters, Mail, MailServer
from holdfast.kernel.secrets import Revealed
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused, Section

controller = pytest.importorskip(
    "aiosmtpd.controller", reason="the mail server of the tests is not installed"
)


class Box:
    """Takes mail, or answers what it is told to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        assert all(len(line) <= 998 for line in envelope.content.split(b"\r\n"))
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


class Server(controller.Controller):
    """Listens where there is room."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    box = Box()
    server = Server(box, hostname="127.0.0.1", port=0)
    server.start()
    yield box, server.port
    server.stop()


def channel(port: int, to: str = "privacy@corp.example", **changed: Any) -> Mail:
    return Mail(
        MailServer("127.0.0.1", port, "holdfast@corp.example", **({"security": "none"} | changed)), to
    )


def test_a_mail_is_plain_text_with_what_is_known_first(box: tuple[Box, int]) -> None:
    receipt = channel(box[1]).send(message(), "key-1")
    [mail] = box[0].mails
    assert mail["Subject"] == "SEV-1 INC-2026-0001: Refund tool opened tickets of other customers"
    assert (mail["To"], mail["Message-ID"]) == ("privacy@corp.example", receipt.id)
    assert mail.get_content_type() == "text/plain"
    assert "5 % of EU mobile users\nsince 10:30 UTC" in mail.get_content().replace("\r\n", "\n")


def test_a_repetition_is_the_same_mail_and_all_of_one_thing_are_one_conversation(
    box: tuple[Box, int],
) -> None:
    for key in ("key-1", "key-1", "key-2"):
        channel(box[1]).send(message(), key)
    ids = [mail["Message-ID"] for mail in box[0].mails]
    assert ids[0] == ids[1] != ids[2]
    assert len({mail["References"] for mail in box[0].mails}) == 1


def test_no_header_can_be_injected(box: tuple[Box, int]) -> None:
    evil = "x\r\nBcc: everybody@corp.example\r\n\r\n<b>body</b>"
    channel(box[1]).send(message(title=evil, sections=(Section(evil, evil),)), "k\r\nBcc: a@b.example")
    [mail] = box[0].mails
    assert mail["Bcc"] is None
    assert box[0].recipients == [["privacy@corp.example"]]
    assert mail["Subject"] == "SEV-1 INC-2026-0001: x Bcc: everybody@corp.example <b>body</b>"


@pytest.mark.parametrize(
    "to", ["a@b.example\r\nBcc: c@d.example", "no address", "a@b.example, c@d.example", ""]
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(box: tuple[Box, int], to: str) -> None:
    with pytest.raises(DeliveryRefused, match="is none"):
        channel(box[1], to).send(message(), "key-1")
    assert box[0].mails == []


def test_a_long_mail_in_any_language_arrives_whole_and_a_longer_one_is_cut(box: tuple[Box, int]) -> None:
    channel(box[1]).send(
        message(title="ü" * 1000, sections=(Section("h", "日本 \U0001f6a8" * 100_000),)), "key-1"
    )
    [mail] = box[0].mails
    assert "cut; the rest is in Holdfast" in mail.get_content()
    assert "cut; the rest is in Holdfast" in mail["Subject"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 no such user <script>", DeliveryRefused),
        ("450 mailbox busy", DeliveryDelayed),
        ("421 bye", DeliveryDelayed),
    ],
)
def test_what_the_server_answers_is_told(box: tuple[Box, int], answer: str, error: type[Exception]) -> None:
    box[0].answers.append(answer)
    with pytest.raises(error, match=answer.split(" ", 1)[1]) as caught:
        channel(box[1]).send(message(), "key-1")
    assert caught.value.status == int(answer[:3])  # type: ignore[attr-defined]  # both kinds have one


def test_a_server_without_starttls_is_not_trusted_with_a_mail(box: tuple[Box, int]) -> None:
    with pytest.raises(DeliveryRefused, match="no STARTTLS"):
        channel(box[1], security="starttls").send(message(), "key-1")
    assert box[0].mails == []


def test_with_starttls_a_certificate_that_nobody_vouches_for_ends_it(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*self_signed(tmp_path))
    box = Box()
    server = Server(box, hostname="127.0.0.1", port=0, tls_context=context)
    server.start()
    try:
        with pytest.raises(DeliveryDelayed, match="not trusted"):
            channel(server.port, security="starttls").send(message(), "key-1")
    finally:
        server.stop()
    assert box.mails == []


def test_nobody_there_is_a_delay() -> None:
    with pytest.raises(DeliveryDelayed, match="cannot be reached"):
        channel(9, seconds=1.0).send(message(), "key-1")


def test_a_login_that_the_server_does_not_offer_is_a_refusal_without_the_password(
    box: tuple[Box, int],
) -> None:
    with pytest.raises(DeliveryRefused) as caught:
        channel(box[1], user="ann", password=Revealed("$PW", "hunter2")).send(message(), "key-1")
    assert "hunter2" not in str(caught.value)


def test_a_letter_is_one_mail_to_one_person(box: tuple[Box, int]) -> None:
    taken, port = box
    server = MailServer("127.0.0.1", port, "holdfast@corp.example", "none")
    link = "https://holdfast.example/join/" + "x" * 43
    Letters(server).send("ann@corp.example", "Your link", f"Open this:\n\n{link}\n")
    assert taken.recipients == [["ann@corp.example"]]
    assert taken.mails[0]["Subject"] == "Your link"
    assert link in taken.mails[0].get_content()


@pytest.mark.parametrize("address", ["no address", "a@b\r\nBcc: eve@evil.example", ""])
def test_a_letter_to_no_address_is_refused(box: tuple[Box, int], address: str) -> None:
    taken, port = box
    with pytest.raises(DeliveryRefused, match="mail address"):
        Letters(MailServer("127.0.0.1", port, "holdfast@corp.example", "none")).send(address, "s", "t")
    assert taken.mails == []
