"""Markdown: what people wrote marks nothing up, and tables are written alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def plain(words: str) -> str:
    r"""Return a text on one line in which no sign means anything to Markdown or HTML.

    Examples
    --------
    >>> plain("a|b `c`")
    'a\\|b \\`c\\`'
    >>> plain("<b>\n# x")
    '&lt;b&gt; \\# x'
    """
    escaped = re.sub(r"([\\`*_\[\]#~|])", r"\\\1", " ".join(words.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sentence(words: str) -> str:
    r"""Return a sentence, escaped, in which names and commands between backticks stay code.

    Examples
    --------
    >>> sentence("Fix what `abstain-gap` found in *all*.")
    'Fix what `abstain-gap` found in \\*all\\*.'
    >>> sentence("Then `holdfast check a/b` and `<b>`.")
    'Then `holdfast check a/b` and \\`&lt;b&gt;\\`.'
    """
    parts = re.split(r"(`[\w./:'@-]+(?: [\w./:'@-]+)*`)", words)
    return "".join(part if i % 2 else _spaced(part) for i, part in enumerate(parts)).strip()


def _spaced(part: str) -> str:
    before, after = (" " * side[:1].isspace() for side in (part, part[::-1]))
    return before + plain(part) + after * bool(part.strip())


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; heads that end with ":" align to the right."""
    lines = ["| " + " | ".join(head.rstrip(":") for head in heads) + " |"]
    lines.append("|" + "|".join("---:" if head.endswith(":") else "---" for head in heads) + "|")
    lines += ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join(lines)
