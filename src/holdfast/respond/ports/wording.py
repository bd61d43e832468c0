"""What channels say alike: marks of drills and tests, text that fits its limit and cannot become markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from holdfast.kernel.clock import iso
from holdfast.kernel.ids import derived
from holdfast.kernel.text import unicode
from holdfast.respond.ports.channels import Link, Message

CUT = " … (cut; the rest is in Holdfast)"
"""What stands where text had to be left out."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""What moves a cursor or turns the direction of writing round, odd line ends, and what is no character."""
_OPENS = re.compile(r"<(?=[\w!/?@#])|&(?=[\w#])|](?=[(\[])")


def mark(message: Message) -> str:
    """Return what a message of an exercise or a trial begins with; empty for a real one.

    Both are said by the words too, so that no colour or icon is needed to tell them.
    """
    return ("TEST " if message.test else "") + ("DRILL " if message.drill else "")


def headline(message: Message) -> str:
    """Return a message in one line: mark, severity, incident, title."""
    severity = "" if message.external else message.severity
    known = " ".join(part for part in (severity, message.incident) if part)
    return mark(message) + (f"{known}: " if known else "") + title_of(message)


def title_of(message: Message) -> str:
    """Return the title on one line; words of ours where there is nothing to be seen of it."""
    return one_line(message.title) or "(no title)"


def controlled(message: Message) -> str:
    """Return what is known of a message without any free text."""
    inner = ("", "") if message.external else (message.severity, message.phase)
    parts = (mark(message).strip(), inner[0], message.incident, message.act, inner[1])
    return " · ".join(part for part in parts if part)


def paragraphs(message: Message) -> list[str]:
    """Return the body as plain paragraphs: each heading with its text, then the links."""
    told = [f"{one_line(s.heading)}\n{clean(s.text)}".strip() for s in message.sections]
    return told + [f"{one_line(link.text)}: {link.address}" for link in links(message)]


def plain_text(message: Message) -> str:
    """Return the whole body as plain text."""
    return "\n\n".join(paragraphs(message))


def links(message: Message) -> list[Link]:
    """Return the links that may be followed, the bridge first."""
    every = ([message.bridge] if message.bridge is not None else []) + list(message.links)
    return [link for link in every if web_address(link.address)]


def web_address(text: str) -> bool:
    """Return whether text is one http or https address and nothing else.

    Examples
    --------
    >>> web_address("https://meet.example/x"), web_address("javascript:alert(1)"), web_address("https://a b")
    (True, False, False)
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"|\\]", text)


def clean(text: str) -> str:
    r"""Return text without what moves a cursor, changes the direction of writing or is no Unicode.

    Examples
    --------
    >>> clean("a\r\nb\x00\x1b[31m\u202ec")
    'a\nb[31mc'
    """
    return _UNSEEN.sub("", unicode(text).replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    r"""Return clean text on one line.

    Examples
    --------
    >>> one_line("a\n\n  b\t")
    'a b'
    """
    return " ".join(clean(text).split())


def size(text: str) -> int:
    r"""Return how long text is in UTF-16 units: what most limits count, and never less than characters.

    Examples
    --------
    >>> size("ab"), size("\U0001f6a8")
    (2, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str, longest: int, escape: Callable[[str], str] = str) -> str:
    """Return text, escaped character by character, that is at most `longest` long; what was cut is said.

    Examples
    --------
    >>> fitting("a < b", 20, lambda c: "&lt;" if c == "<" else c)
    'a &lt; b'
    >>> fitting("x" * 100, 40)
    'xxxxxxx … (cut; the rest is in Holdfast)'
    >>> fitting("x" * 100, 5)
    'xxxx…'
    """
    text = text[: longest + 1]  # what escapes a character makes it no shorter
    whole = "".join(map(escape, text))
    if size(whole) <= longest:
        return whole
    end = CUT if longest >= size(CUT) * 1.2 else "…"
    room, kept = longest - size(end), []
    for piece in map(escape, text):
        room -= size(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept) + end


def pieces(text: str, longest: int) -> Iterator[str]:
    """Yield text in pieces of at most `longest`, none of them empty, together the whole text.

    Examples
    --------
    >>> list(pieces("abcde", 2))
    ['ab', 'cd', 'e']
    """
    while text:
        piece = text[:longest]
        while size(piece) > longest:  # what is outside of the first plane counts twice
            piece = piece[: len(piece) - max(1, (size(piece) - longest) // 2)]
        yield piece
        text = text[len(piece) :]


def defanged(text: str) -> str:
    """Return text in which nothing begins a tag, an entity or a named link, and which looks the same.

    For systems that read markup in some places and show it in others (a mail, a text message): a space
    without width stands behind the sign that would have begun it.

    Examples
    --------
    >>> defanged("<b> & [pay](https://x)") == "<\u200bb> & [pay]\u200b(https://x)"
    True
    """
    return _OPENS.sub(lambda found: found[0] + "\u200b", text)


def short_key(text: str, longest: int = 255) -> str:
    """Return a key that is at most `longest` long: itself, or what is derived from it."""
    return text if size(text) <= longest and text.isprintable() else derived("key", text)


def moment(message: Message) -> str:
    """Return when what is told happened, as ISO 8601 with whole seconds."""
    return iso(message.at)[:19] + "Z"
