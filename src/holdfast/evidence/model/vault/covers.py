"""A text with covers over passages of it: what a redacted view says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from holdfast.kernel.errors import UsageError

COVER = "[redacted]"
Span = tuple[int, int]


def covered(text: str, spans: Iterable[Span]) -> str:
    """Return a text with a cover over each passage; how long a passage was cannot be seen.

    Raises
    ------
    UsageError
        HF774: a span that is none of the text.

    Examples
    --------
    >>> covered("Anna called at 10:30.", [(0, 4)])
    '[redacted] called at 10:30.'
    """
    parts, end = [], 0
    for first, last in joined(spans, len(text)):
        parts += [text[end:first], COVER]
        end = last
    return "".join([*parts, text[end:]])


def joined(spans: Iterable[Span], length: int) -> list[Span]:
    """Return spans in order, those that touch as one.

    Examples
    --------
    >>> joined([(5, 9), (0, 3), (2, 5)], 20)
    [(0, 9)]
    """
    made: list[Span] = []
    for first, last in sorted(spans):
        if not 0 <= first < last <= length:
            raise UsageError.of(
                "HF774",
                f"characters {first} to {last} of a text of {length}",
                fix="name a passage that is there",
            )
        if made and first <= made[-1][1]:
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    if not made:
        raise UsageError.of("HF774", "no passage to cover", fix="name at least one")
    return made


def spans_of(text: str, passages: Sequence[str]) -> list[Span]:
    """Return where passages stand in a text, every time that they do, whatever their case.

    Raises
    ------
    UsageError
        HF774: one of them does not stand there: what was meant is not covered.

    Examples
    --------
    >>> spans_of("Anna rang; anna paid.", ["Anna"])
    [(0, 4), (11, 15)]
    """
    # folding may change how long a text is; lower() of one sign is compared with one sign
    low = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    found: list[Span] = []
    for passage in passages:
        wanted = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in passage.strip())
        at = low.find(wanted) if wanted else -1
        if at < 0:
            raise UsageError.of(
                "HF774",
                f"`{passage.strip()[:60]}` does not stand in the text",
                fix="write it as it stands there",
            )
        while at >= 0:
            found.append((at, at + len(wanted)))
            at = low.find(wanted, at + 1)
    return joined(found, len(text))
