"""A picture as a page that stands alone: it fetches nothing, and runs only the script that it carries."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from holdfast.web.templates import environment, style

if TYPE_CHECKING:
    from markupsafe import Markup

SHOWN = """
const chosen = matchMedia('(prefers-color-scheme: dark)');
const at = (name) => JSON.parse(document.getElementById(name).textContent);
const show = () => vegaEmbed('#picture', at(chosen.matches ? 'dark' : 'light'),
  {ast: true, actions: false, renderer: 'svg', tooltip: {theme: chosen.matches ? 'dark' : 'light'}});
window.vegaEmbed = vegaEmbed;
chosen.addEventListener('change', show);
show();
"""
"""Draws in the viewer's face, and again when it changes; `ast` interprets, so that nothing is evaluated."""


def page(title: str, words: str, table: Markup, light: dict[str, Any], dark: dict[str, Any]) -> str:
    """Return the page: the picture in both faces with its words, and the table of its figures."""
    shown, shaded = _data(light), _data(dark)
    template = environment("holdfast.web.pictures").get_template("picture.html")
    return template.render(
        title=title,
        words=words,
        table=table,
        styles=style("holdfast.web", "tokens.css") + style("holdfast.web.pictures", "picture.css"),
        light=shown,
        dark=shaded,
        script=_script(),
        # a fixed file may have a fixed nonce: it names the script that it was written with
        nonce=hashlib.sha256(shown.encode()).hexdigest()[:32],
    )


def _data(spec: dict[str, Any]) -> Markup:
    from markupsafe import Markup

    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 -- no tag can begin in it


@cache
def _script() -> Markup:
    import vl_convert
    from markupsafe import Markup

    bundle = str(vl_convert.javascript_bundle(SHOWN))
    return Markup(bundle.replace("</script", "<\\/script"))  # noqa: S704 -- the library's own, and ours above
