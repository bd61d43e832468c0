"""Pages of the frame itself: the theme, and the viewer's clocks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from holdfast.app.http.framing import THEMES
from holdfast.web.pages import framed, local_path, render

YEAR = 365 * 86_400


def own_pages() -> APIRouter:
    """Return the routes of the frame."""
    router = APIRouter()

    @router.post("/theme")
    def choose_theme(
        request: Request, theme: Annotated[str, Form()] = "auto", back: Annotated[str, Form()] = "/"
    ) -> Response:
        """Remember the theme in this browser, and go back; it works without script."""
        answer = RedirectResponse(local_path(back), 303)
        chosen = theme if theme in THEMES else "auto"
        secure = request.url.scheme == "https"
        answer.set_cookie("theme", chosen, max_age=YEAR, httponly=True, samesite="lax", secure=secure)
        return answer

    @router.get("/parts/clocks")
    def clocks(request: Request) -> Response:
        """Return the viewer's clocks for the top bar."""
        return render("holdfast.web", "clocks.html", framed(request, "clocks"))

    return router
