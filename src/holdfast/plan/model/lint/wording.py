"""Lists of names as sentences have them."""

from __future__ import annotations

from collections.abc import Iterable


def names(items: Iterable[str], last: str = "and", most: int = 4) -> str:
    """Return names in backticks, as a sentence lists them.

    Examples
    --------
    >>> names(["a", "b", "c"])
    '`a`, `b` and `c`'
    >>> names("abcdef", "or")
    '`a`, `b`, `c` or 3 others'
    """
    listed = [f"`{item}`" for item in items]
    if len(listed) > most:
        listed = [*listed[: most - 1], f"{len(listed) - most + 1} others"]
    return words(listed, last)


def words(items: Iterable[str], last: str = "and") -> str:
    """Return parts of a sentence, joined as a sentence joins them.

    Examples
    --------
    >>> words(["no reason", "no end date"])
    'no reason and no end date'
    """
    listed = list(items)
    return f"{', '.join(listed[:-1])} {last} {listed[-1]}" if len(listed) > 1 else "".join(listed)
