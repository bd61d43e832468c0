"""Templates: one environment that escapes everything, refuses unknown names and writes figures alike."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from holdfast.kernel.clock import iso
from holdfast.kernel.figures import NOTHING, Unit, count, figure, plural, span

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

NO_BREAK = "\u00a0"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def environment(package: str) -> Environment:
    """Return the environment for the templates of a package, made once.

    Parameters
    ----------
    package : str
        The package whose folder `templates` holds them: "holdfast.gate". What several rooms need is in
        `web/kit`, which is all that "holdfast.web" has.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    rooms = [PackageLoader(package)] if package != "holdfast.web" else []
    made = Environment(
        loader=ChoiceLoader([*rooms, PackageLoader("holdfast.web", "kit")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        {
            "coded": coded,
            "count": count,
            "figure": figure,
            "measured": measured,
            "plural": plural,
            "share": share,
            "span": span,
            "when": when,
        }
    )
    return made


def measured(value: float | None, interval: tuple[float, float] | None, n: int, unit: Unit = "share") -> str:
    """Return a measured figure as it is always written: value, interval, n.

    Examples
    --------
    >>> measured(0.0042, (0.0031, 0.0056), 41207)
    '0.42 % [0.31, 0.56] of 41,207'
    >>> measured(None, None, 0)
    '–'
    """
    if value is None:
        return NOTHING
    ends = f" {span(*interval, unit)}" if interval else ""
    return f"{figure(value, unit)}{ends} of {count(n)}"


def share(value: float) -> str:
    """Return a share that was chosen, not measured: with no more digits than it has.

    Examples
    --------
    >>> share(0.95), share(0.999)
    ('95 %', '99.9 %')
    """
    return f"{value * 100:.6g} %"


def coded(words: str) -> Markup:
    """Return a sentence, escaped and set: names between backticks as code, signs and figures unbroken.

    Examples
    --------
    >>> str(coded("Fix what `recall` found, and <b>"))
    'Fix what <code>recall</code> found, and &lt;b&gt;'
    >>> str(coded("required >= 98.0 %")).replace(NO_BREAK, "~")
    'required ≥~98.0~%'
    """
    from markupsafe import Markup, escape

    text = words.replace(">= ", f"≥{NO_BREAK}").replace("<= ", f"≤{NO_BREAK}").replace(" %", f"{NO_BREAK}%")
    dated = re.sub(r"\b(\d{4}-\d\d-\d\d)\b", r'<span class="day">\1</span>', str(escape(text)))
    return Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", dated))  # noqa: S704 -- escaped first


def when(at: datetime) -> Markup:
    """Return a time to the minute in UTC, with the exact one on hover and for machines.

    Examples
    --------
    >>> from datetime import UTC
    >>> print(when(datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)).striptags())
    21 Nov 2026, 09:05 UTC
    """
    from markupsafe import Markup

    exact = iso(at)
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(exact, short_time(at))


def short_time(at: datetime) -> str:
    """Return a time to the minute in UTC, for people.

    Examples
    --------
    >>> from datetime import UTC
    >>> short_time(datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC))
    '21 Nov 2026, 09:05 UTC'
    """
    utc = at.astimezone(UTC)
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC"


@cache
def style(package: str, *names: str) -> Markup:
    """Return style sheets of a package, one after the other, for a page that must stand alone."""
    from markupsafe import Markup

    folder = files(package)
    return Markup("\n".join(folder.joinpath(name).read_text("utf-8") for name in names))  # noqa: S704 -- our own
