"""A picture: an Altair chart that knows its title, its words and the table of its figures.

Written as SVG, PNG or PDF without a browser, as a page that stands alone with its own script, or shown in a
notebook. The same chart in every case; colours are the page's tokens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from holdfast.kernel.errors import UsageError
from holdfast.web.embedding import embedded
from holdfast.web.pictures.palette import Face, faces, palette, with_tokens

if TYPE_CHECKING:
    import altair as alt
    from markupsafe import Markup

Chart: TypeAlias = "alt.Chart | alt.LayerChart | alt.FacetChart | alt.VConcatChart | alt.HConcatChart"
Draw: TypeAlias = "Callable[[Mapping[str, str]], Chart]"
"""Draws in the given colours, by token."""
WIDTH = 780
"""Pixels of the plot itself; labels come on top."""


@dataclass(frozen=True, repr=False)
class Picture:
    """One picture.

    Attributes
    ----------
    title : str
        What it shows, as a sentence.
    words : str
        The same for who cannot see it: what stands out.
    columns, rows : tuple
        The table of its figures, as text.
    draw : function
        Draws it in given colours.
    """

    title: str
    words: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    draw: Draw

    def chart(self, face: Face = "light") -> Chart:
        """Return the Altair chart, to be changed or combined.

        Raises
        ------
        UsageError
            HF504: Altair is not installed.
        """
        _charts()
        drawn: Chart = self.draw(palette(face)).configure(**_configuration(palette(face)))
        return drawn

    def spec(self, face: Face = "light") -> dict[str, Any]:
        """Return the Vega-Lite specification."""
        found: dict[str, Any] = self.chart(face).to_dict()
        return {**found, "description": self.words}

    def svg(self) -> str:
        """Return the picture as SVG in the colours of the page around it."""
        import vl_convert

        return with_tokens(str(vl_convert.vegalite_to_svg(self.spec())))

    def write(self, path: Path) -> Path:
        """Write the picture in the format that the file's name says; return the path.

        A page carries its script, both faces and the table of figures; everything else is in the light face.

        Raises
        ------
        UsageError
            HF501: no such format. HF503: it cannot be written. HF504: Altair is not installed.
        """
        from holdfast.web.files import write

        form = path.suffix.lower()
        if form not in WRITERS:
            fix = f"name a file that ends in {', '.join(WRITERS)}"
            raise UsageError.of("HF501", f"no picture is written as `{path.name}`", fix=fix)
        write(path, WRITERS[form](self))
        return path

    def html(self) -> str:
        """Return a page that stands alone: the picture, and the table of its figures."""
        from holdfast.web.pictures.page import page

        return page(self.title, self.words, self.table(), self.spec("light"), self.spec("dark"))

    def table(self) -> Markup:
        """Return the figures as an HTML table."""
        from markupsafe import Markup

        head = _joined(Markup("<th>{}</th>").format(name) for name in self.columns)
        rows = (_joined(Markup("<td>{}</td>").format(cell) for cell in row) for row in self.rows)
        body = _joined(Markup("<tr>{}</tr>").format(row) for row in rows)
        return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)

    def __repr__(self) -> str:
        return f"Picture of {self.title}: {self.words}"

    def _repr_html_(self) -> str:
        from markupsafe import Markup

        drawn = Markup(self.svg())  # noqa: S704 -- vl-convert escapes the texts that it draws
        piece = Markup(
            '<p class="lead">{}</p>{}<p class="beside">{}</p>'
            "<details><summary>The figures</summary>{}</details>"
        )
        return embedded(piece.format(self.title, drawn, self.words, self.table()))


def data(rows: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """Return rows as a chart's own data: nothing is fetched, and no data frame is made."""
    import altair as alt

    return alt.InlineData(values=[dict(row) for row in rows])


def haloed(chart: alt.Chart, colour: str, paper: str, place: Mapping[str, Any]) -> list[alt.Chart]:
    """Return words with the paper's colour around them, so that they are read on whatever lies below."""
    around = chart.mark_text(color=paper, stroke=paper, strokeWidth=4, fontSize=12, **place)
    return [around, chart.mark_text(color=colour, fontSize=12, **place)]


def blank(words: str, colours: Mapping[str, str]) -> Chart:
    """Return a picture of nothing, which says so."""
    import altair as alt

    said = alt.Chart(data([{"words": words}])).mark_text(color=colours["muted"], fontSize=14)
    drawn: Chart = said.encode(text="words:N").properties(width=WIDTH, height=80)
    return drawn


def _joined(parts: Iterable[Markup]) -> Markup:
    from markupsafe import Markup

    return Markup("").join(parts)


def _json(picture: Picture) -> str:
    return json.dumps(picture.spec(), indent=2, ensure_ascii=False) + "\n"


def _svg(picture: Picture) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(picture.spec()))


def _png(picture: Picture) -> bytes:
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(picture.spec(), scale=2))


def _pdf(picture: Picture) -> bytes:
    import vl_convert

    return bytes(vl_convert.vegalite_to_pdf(picture.spec()))


WRITERS: Mapping[str, Callable[[Picture], str | bytes]] = {
    ".html": Picture.html,
    ".svg": _svg,
    ".png": _png,
    ".pdf": _pdf,
    ".json": _json,
}
"""A file's ending -> what is written into it."""


def _charts() -> None:
    """See that what draws is installed.

    Raises
    ------
    UsageError
        HF504: it is not.
    """
    missing = [name for name in ("altair", "vl_convert") if find_spec(name) is None]
    if missing:
        fix = "install it: pip install 'holdfast[charts]'"
        raise UsageError.of("HF504", f"pictures are drawn by `{missing[0]}`, which is not installed", fix=fix)


def _configuration(colours: Mapping[str, str]) -> dict[str, Any]:
    """Return the calm look of every picture: no frame, few lines, the page's own colours and fonts."""
    axis = {
        "labelColor": colours["muted"], "titleColor": colours["muted"], "gridColor": colours["line"],
        "domainColor": colours["edge"], "tickColor": colours["edge"], "gridOpacity": 0.7,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 260,
    }  # fmt: skip
    return {
        "background": colours["paper"],
        "font": faces(),
        "axis": axis,
        "view": {"stroke": None},
        "legend": {
            "labelColor": colours["muted"], "titleColor": colours["muted"], "labelFontSize": 12,
            "titleFontSize": 12, "orient": "top", "symbolStrokeWidth": 2,
        },
        "title": {
            "color": colours["ink"], "subtitleColor": colours["muted"], "anchor": "start", "fontSize": 13,
            "fontWeight": "normal", "frame": "group",
        },
    }  # fmt: skip
