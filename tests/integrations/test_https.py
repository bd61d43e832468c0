"""Calls to foreign systems: bounded, and never where they may not go."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from tests.integrations.receivers.base import Receiver, Reply, Seen
from tests.integrations.receivers.cases import SENDER
from tests.integrations.receivers.certificates import self_signed

from holdfast.integrations import https
from holdfast.integrations.https import LARGEST
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused
from holdfast.respond.ports.sending import Call


class Plain(Receiver):
    def answer(self, seen: Seen) -> Reply:
        return Reply(200, {"ok": True})


@pytest.fixture
def receiver() -> Iterator[Plain]:
    receiver = Plain()
    yield receiver
    receiver.close()


@pytest.mark.parametrize(
    "address",
    [
        "ftp://host.example/x",
        "file:///etc/passwd",
        "gopher://x",
        "//host",
        "host.example",
        "http://",
        "http://[x",
        "",
    ],
)
def test_only_http_and_https_are_called(address: str) -> None:
    with pytest.raises(DeliveryRefused, match="none of http or https"):
        SENDER.send(Call("POST", address, b"{}"))


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[fd00:ec2::254]/",
        "http://100.100.100.200/",
        "http://0.0.0.0:80/",
        "http://224.0.0.1/",
    ],
)
def test_where_machines_are_told_their_credentials_nothing_is_sent(address: str) -> None:
    with pytest.raises(DeliveryRefused, match="nothing is sent there"):
        SENDER.send(Call("POST", address, b"{}"))


def test_a_name_may_not_lead_to_the_network_segment_whatever_it_says_when_it_is_asked_first(
    receiver: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    # on a test machine nothing answers at a link-local address: loopback stands for it
    monkeypatch.setattr(https, "_forbidden", lambda peer: peer.is_loopback)
    port = receiver.server_address[1]
    with pytest.raises(DeliveryRefused, match=f"localhost:{port} leads to 127.0.0.1"):
        SENDER.send(Call("POST", f"http://localhost:{port}/", b"{}"))
    assert receiver.seen == []
    assert (
        SENDER.send(Call("POST", f"{receiver.url}/", b"{}")).status == 200
    )  # the plan writes the number itself


@pytest.mark.parametrize(
    ("peer", "refused"),
    [
        ("169.254.10.1", True),
        ("fe80::1", True),
        ("::ffff:169.254.10.1", True),
        ("169.254.169.254", True),
        ("10.0.0.7", False),
        ("127.0.0.1", False),
        ("203.0.113.9", False),
    ],
)
def test_link_local_addresses_are_no_place_that_a_name_may_lead_to(peer: str, refused: bool) -> None:
    address = https._address(peer)
    assert address is not None
    assert https._forbidden(address) is refused


def test_of_a_large_answer_a_megabyte_is_read(receiver: Plain) -> None:
    receiver.faults.append("endless")
    assert len(SENDER.send(Call("GET", receiver.url)).body) == LARGEST


def test_nobody_there_is_a_delay_that_tells_host_and_port_only() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(DeliveryDelayed) as caught:
            SENDER.send(Call("POST", f"http://127.0.0.1:{port}/s3cret-path", b"{}"))
    assert str(caught.value) == f"127.0.0.1:{port} cannot be reached: no connection"


def test_a_name_that_nobody_knows_is_a_delay() -> None:
    with pytest.raises(DeliveryDelayed, match="cannot be reached"):
        SENDER.send(Call("POST", "http://nowhere.invalid/", b"{}"))


def test_a_server_that_speaks_no_http_is_a_delay(receiver: Plain) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        def speak() -> None:
            peer, _ = other.accept()
            with peer:
                peer.recv(1000)
                peer.sendall(b"SSH-2.0-x\r\n")

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(DeliveryDelayed, match="broke off"):
            SENDER.send(Call("POST", f"http://127.0.0.1:{other.getsockname()[1]}/", b"{}"))
        thread.join()


def test_headers_cannot_be_injected(receiver: Plain) -> None:
    with pytest.raises((DeliveryDelayed, DeliveryRefused)):
        SENDER.send(Call("POST", receiver.url, b"{}", headers={"webhook-id": "a\r\nX-Evil: 1"}))
    assert receiver.seen == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Any) -> None:
    receiver = Plain.__new__(Plain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*self_signed(tmp_path))
    receiver.__init__()  # type: ignore[misc]  # made in two steps, to wrap the socket before it is used
    receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
    try:
        address = receiver.url.replace("http://127.0.0.1", "https://127.0.0.1")
        with pytest.raises(DeliveryDelayed, match="its certificate is not trusted"):
            SENDER.send(Call("POST", address, b"{}"))
    finally:
        receiver.close()
