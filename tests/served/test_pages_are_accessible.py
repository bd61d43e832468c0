"""The rules of axe-core find nothing wrong on any page, empty and filled, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.served.conftest import Served, come_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EVERYWHERE = ("/", "/incidents", "/incidents/new", "/signals", "/report", "/runbooks", "/plans", "/gates",
              "/ledger", "/people", "/me", "/act")  # fmt: skip
ROOM = "/incidents/INC-2026-0001"
OF_A_ROOM = ("", "/timeline", "/updates", "/duties", "/vault", "/runbooks", "/deliveries", "/act/assess",
             "/act/contain", "/act/decide", "/act/close")  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule(served: Served, chromium: Browser, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed (group web)"
    ).Axe()
    context = come_in(chromium, served.first_link, "Ana")
    page = context.pages[0]
    page.emulate_media(color_scheme=scheme)
    broken: dict[str, list[str]] = {}

    def look(path: str) -> None:
        page.goto(served.url + path)
        found = axe.run(page).response["violations"]
        if found:
            broken[path] = [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]

    for path in EVERYWHERE if scheme == "light" else ():  # empty
        look(path)
    served.run("incident", "declare", "Refunds that nobody asked for", "--account", "One trace")
    for act in (
        ("role", "role=commander"),
        ("assess", "harm=severe", "exposure=disclosed"),
        ("decide", "what=Switch it off", "why=It is reversible"),
        ("contain", "lever=tools", "because=Stop it", "lasting=true"),
        ("hypothesis", "observation=Seen", "explains=A cause"),
        ("action", "what=Look again", "owner=role:technical", "due=2030-01-01T00:00:00Z"),
        ("residual-risk", "what=Some", "exposed=Few", "justified=Small", "plan=Soon", "severity=2",
         "likelihood=2", "until=2030-01-01T00:00:00Z"),
    ):  # fmt: skip
        served.run("incident", "act", "INC-2026-0001", *act)
    for path in (*EVERYWHERE, *(ROOM + each for each in OF_A_ROOM)):
        look(path)
    context.close()
    assert broken == {}
