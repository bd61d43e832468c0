"""Files of evidence: streamed in and out, told by their content, refused where they are too much."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from houses import ANN, LIMIT, RESPONDER, SCOPE, VIEWER, add, content_of
from sqlalchemy import delete, func, select, update

from holdfast.evidence.model.vault.media import media_of, shown_as
from holdfast.evidence.model.vault.names import attachment, safe_name
from holdfast.kernel.errors import HoldfastError, LedgerError, UsageError
from holdfast.store.tables.vault import vault_chunks, vault_keys, vault_objects


def rows(house) -> int:
    with house.store.reading() as connection:
        objects = connection.execute(select(func.count()).select_from(vault_objects)).scalar()
        return objects + connection.execute(select(func.count()).select_from(vault_chunks)).scalar()


def noise(size: int) -> bytes:
    return b"".join(hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(size // 32 + 1))[
        :size
    ]


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, LIMIT])
def test_a_file_comes_out_as_it_came_in(house, size) -> None:
    content = noise(size)
    item = add(house, content)
    assert content_of(house.again(), item.id) == content
    assert item.added.size == size


def test_the_sealed_digest_is_that_of_the_file(house) -> None:
    item = add(house, b"a trace")
    wanted = "sha256:" + hashlib.sha256(b"a trace").hexdigest()
    assert house.vault.unseal([item.added.digest]) == [wanted]


def test_nothing_of_a_file_lies_in_the_store_or_in_its_facts(house) -> None:
    add(house, b"the secret word " * 10, name="secret.txt", why="a secret reason")
    with house.store.reading() as connection:
        for column in (vault_objects.c.sealed, vault_chunks.c.sealed):
            assert all(b"secret" not in row for row in connection.execute(select(column)).scalars())
    facts = house.ledger.read(f"vault/{SCOPE}")
    assert all("secret" not in str(fact.event) for fact in facts)


def test_a_file_that_is_announced_as_too_large_is_refused_before_anything_is_written(house) -> None:
    with pytest.raises(UsageError, match="HF773"):
        house.desk.receive(SCOPE, RESPONDER, announced=2 * 2**30)
    assert rows(house) == 0


def test_a_file_that_grows_too_large_is_refused_and_leaves_nothing(house) -> None:
    incoming = house.desk.receive(SCOPE, RESPONDER)
    for _ in range(31):
        incoming.write(bytes(100_000))
    with pytest.raises(UsageError, match="HF773"):
        incoming.write(bytes(100_000))
    incoming.abort()
    assert rows(house) == 0


def test_what_did_not_come_in_whole_is_no_evidence_and_is_swept_later(house) -> None:
    incoming = house.desk.receive(SCOPE, RESPONDER)
    incoming.write(bytes(2**20))
    assert house.desk.verify() == []
    with house.store.writing() as connection:
        connection.execute(update(vault_objects).values(created_at="2026-11-20T00:00:00+00:00"))
    assert [finding.repaired for finding in house.desk.verify()] == [True]
    assert rows(house) == 0


def gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(500)) + packer.flush()


def zip_bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(60 * 2**20))
        archive.writestr("more", bytes(60 * 2**20))
    return made.getvalue()


@pytest.mark.parametrize("bomb", [gzip_bomb, zip_bomb])
def test_a_bomb_is_refused_and_leaves_nothing(house, bomb) -> None:
    incoming = house.desk.receive(SCOPE, RESPONDER)

    def bring() -> None:
        incoming.write(bomb())
        incoming.finish()

    with pytest.raises(UsageError, match="HF779"):
        bring()
    incoming.abort()
    assert rows(house) == 0


def test_a_zip_whose_list_of_files_is_huge_is_refused_unread(house) -> None:
    incoming = house.desk.receive(SCOPE, RESPONDER)
    incoming.write(b"PK\x03\x04" + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 2**31, 4, 0))
    with pytest.raises(UsageError, match="HF779"):
        incoming.finish()


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"a log line\n" * 1_000),
        gzip.compress(b"one") + gzip.compress(b"two"),
        b"\x1f\x8bno gzip at all",
        b"PK\x03\x04no zip at all",
    ],
)
def test_what_is_packed_well_or_badly_is_kept(house, content) -> None:
    assert content_of(house, add(house, content).id) == content


def test_a_file_is_never_whole_in_memory(house) -> None:
    piece = noise(100_000)
    tracemalloc.start()
    incoming = house.desk.receive(SCOPE, RESPONDER)
    for _ in range(30):
        incoming.write(piece)
    item = house.desk.add(SCOPE, RESPONDER, incoming.finish(), kind="file", name="a", why="b")
    house.desk.open(SCOPE, RESPONDER, item.id, how="downloaded", original=False)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3 * 2**21 + 8 * 2**20


@pytest.mark.parametrize("change", ["byte", "order", "missing", "other file"])
def test_a_piece_that_was_changed_moved_or_taken_away_is_refused(house, change) -> None:
    item, other = add(house, noise(3 * 2**20)), add(house, noise(2**20 + 5))
    chunks = vault_chunks
    with house.store.writing() as connection:
        first = (chunks.c.object_id == item.id, chunks.c.number == 1)
        kept = {(row.object_id, row.number): row.sealed for row in connection.execute(select(chunks)).all()}
        box = kept[item.id, 1]
        if change == "missing":
            connection.execute(delete(chunks).where(*first))
        else:
            wrong = {"byte": box[:-1] + bytes([box[-1] ^ 1]), "order": kept[item.id, 2]}
            connection.execute(
                update(chunks).where(*first).values(sealed=wrong.get(change, kept[other.id, 1]))
            )
    with pytest.raises(LedgerError, match="HF771"):
        content_of(house, item.id)
    assert [finding.object for finding in house.desk.verify()] == [item.id]


def test_a_file_that_was_cut_at_a_piece_is_refused_before_its_end(house) -> None:
    item = add(house, noise(3 * 2**20))
    with house.store.writing() as connection:
        connection.execute(update(vault_objects).where(vault_objects.c.id == item.id).values(chunks=2))
    with pytest.raises(LedgerError, match="HF771"):
        content_of(house, item.id)


def test_nothing_comes_into_a_scope_that_was_erased_meanwhile(house) -> None:
    incoming = house.desk.receive(SCOPE, RESPONDER)
    incoming.write(b"late")
    with house.store.writing() as connection:
        connection.execute(update(vault_keys).values(wrapped=None))
    with pytest.raises(UsageError, match="HF770"):
        incoming.finish()


def test_who_may_not_adds_nothing_and_opens_nothing(house) -> None:
    item = add(house, b"x")
    with pytest.raises(HoldfastError, match="HF622"):
        house.desk.receive(SCOPE, VIEWER)
    with pytest.raises(HoldfastError, match="HF622"):
        house.desk.open(SCOPE, VIEWER, item.id, how="downloaded", original=False)


def test_nothing_is_added_without_a_reason(house) -> None:
    with pytest.raises(UsageError, match="HF780"):
        add(house, b"x", why="  \n")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b.txt", "ab.txt"),
        ("CON", "_CON"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("nul .txt", "nul .txt"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a\nb\r\nSet-Cookie: x", "abSet-Cookie_ x"),
        ('quote".txt', "quote_.txt"),
        (" . hidden. ", "hidden"),
        ("résumé.pdf", "résumé.pdf"),
    ],
)
def test_a_name_becomes_a_safe_one(name, safe) -> None:
    assert safe_name(name) == safe


def test_a_name_of_four_thousand_characters_is_cut_and_keeps_its_ending() -> None:
    for sign in ("x", "\U0001f525"):
        made = safe_name(sign * 4_000 + ".json")
        assert len(made.encode()) <= 150
        assert made.endswith(".json")


def test_a_header_cannot_be_broken_out_of() -> None:
    assert "\n" not in attachment('a"\r\nX: y"; filename=evil.html')
    assert attachment('a"; x="b').count('"') == 2


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480)


@pytest.mark.parametrize(
    ("content", "media", "shown"),
    [
        (PNG, "image/png", "image/png"),
        (PNG[:16] + struct.pack(">II", 2**31 - 1, 2**31 - 1), "image/png", None),
        (PNG[:10], "image/png", None),
        (b"GIF89a" + struct.pack("<HH", 10, 10), "image/gif", "image/gif"),
        (
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 48, 64) + b"\x01",
            "image/jpeg",
            "image/jpeg",
        ),
        (b"\xff\xd8\xff" + b"\xff" * 100, "image/jpeg", None),
        (
            b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + b"\x3f\x00\x00\x2f\x00\x00",
            "image/webp",
            "image/webp",
        ),
        (b"<html><script>alert(1)</script>", "text/plain", "text/plain; charset=utf-8"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "text/plain",
            "text/plain; charset=utf-8",
        ),
        ("Grüße".encode(), "text/plain", "text/plain; charset=utf-8"),
        ("Grüße".encode("latin-1"), "application/octet-stream", None),
        (b"%PDF-1.7", "application/pdf", None),
        (b"text\x00with nul", "application/octet-stream", None),
        (b"", "text/plain", "text/plain; charset=utf-8"),
    ],
)
def test_the_content_tells_what_it_is_and_whether_it_is_shown(content, media, shown) -> None:
    assert media_of(content, whole=True) == media
    assert shown_as(media, content) == shown


def test_half_a_sign_at_the_end_of_what_was_looked_at_is_still_text() -> None:
    assert media_of("Grüße".encode()[:3], whole=False) == "text/plain"


def test_the_text_that_reads_as_html_is_given_as_plain_text(house) -> None:
    item = add(house, b"<script>alert(1)</script>", name="page.html")
    assert (
        house.desk.open(SCOPE, ANN, item.id, how="viewed", original=False).shown_as
        == "text/plain; charset=utf-8"
    )
