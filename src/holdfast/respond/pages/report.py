"""The report of an incident as HTML and as PDF: whatever people wrote in it is text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING

from holdfast.respond.pages.typesetting import typeset
from holdfast.respond.views.report.document import Document

if TYPE_CHECKING:
    from jinja2 import Template

LONG_WORD = re.compile(r"[^\s\u200b]{28}")
"""What has no place to break in a column gets one."""
PLAIN = re.compile(r"[\x20-\x7e\n]*")


def report_html(document: Document) -> str:
    """Return the report as one HTML file: no script, no network, prints well."""
    return _template().render(doc=document)


def report_pdf(document: Document) -> bytes:
    """Return the report as a PDF, set by Typst from data: nothing that people wrote is ever markup."""
    return typeset(json.dumps(_settable(asdict(document))))


def report_policy() -> str:
    """Return the policy under which the HTML is shown: its own style, and nothing else."""
    style = _template().globals["style_hash"]
    rest = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return f"default-src 'none'; style-src '{style}'; {rest}"


def _settable(value: object) -> object:
    """Return data whose texts the fonts of Typst can set."""
    if isinstance(value, str):
        return settable(value)
    if isinstance(value, dict):
        return {name: _settable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_settable(each) for each in value]
    return value


def settable(text: str) -> str:
    r"""Return text as it is set: pictures by their names, marks that turn the direction shown, words broken.

    Examples
    --------
    >>> settable("on \N{FIRE}, a\u202eb")
    'on [fire], a\\u202eb'
    """
    shown = text if PLAIN.fullmatch(text) else "".join(_sign(sign) for sign in text)
    return LONG_WORD.sub(lambda found: found[0] + "\u200b", shown)


def _sign(sign: str) -> str:
    if sign.isascii() and (sign.isprintable() or sign == "\n"):
        return sign
    kind = unicodedata.category(sign)
    if kind in ("So", "Sk") and ord(sign) > 0x2190:
        return f"[{unicodedata.name(sign, 'sign').lower()}]"
    if kind == "Mn" and 0xFE00 <= ord(sign) <= 0xFE0F:
        return ""  # says only how the picture before it is drawn
    if kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and sign != "\n":
        return sign.encode("unicode_escape").decode()
    return sign


@cache
def _template() -> Template:
    from holdfast.web.templates import environment, style

    template = environment("holdfast.respond").get_template("report/incident-report.html")
    sheet = style("holdfast.respond", "templates/report/report.css")
    digest = base64.b64encode(hashlib.sha256(str(sheet).encode()).digest()).decode()
    template.globals.update({"style": sheet, "style_hash": f"sha256-{digest}"})
    return template
