"""Text from outside, as it may be shown and kept."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return text for one line of a terminal: what would move or colour the cursor is escaped.

    Examples
    --------
    >>> print(printable("a\n\x1b[31mb"))
    a\n\x1b[31mb
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def cut(text: str, longest: int) -> str:
    """Return text that is at most `longest` characters long, with an ellipsis where something is missing.

    Examples
    --------
    >>> cut("toxicity", 5), cut("toxicity", 8)
    ('toxi…', 'toxicity')
    """
    return text if len(text) <= longest else text[: longest - 1] + "…"


def unicode(text: str) -> str:
    r"""Return text that UTF-8 can say: a lone surrogate, which JSON may carry, becomes U+FFFD.

    Examples
    --------
    >>> unicode("a\ud800b")
    'a\ufffdb'
    """
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
