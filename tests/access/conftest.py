"""Houses, sites and mail for the tests of access."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package, and two files serve several of them
sys.path.insert(0, str(Path(__file__).parents[1] / "engines"))

from access_app import small_app
from access_house import House, SentMail, Site, house_of, served
from servers import Server, postgres_server

from holdfast.access.model.rules import Rules


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house on each engine, in turn."""
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    made = house_of(request.param, tmp_path, server)
    yield made
    made.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = house_of("sqlite", tmp_path, None)
    yield made
    made.close()


@pytest.fixture
def mail() -> SentMail:
    return SentMail()


@pytest.fixture
def rules() -> Rules:
    """How access is set up; a file of tests gives its own."""
    return Rules()


@pytest.fixture
def site(house: House, rules: Rules, mail: SentMail) -> Iterator[Site]:
    services = house.services(rules, mail)
    app = small_app(services)
    with served(app) as address:
        made = Site(address, services, app, house, [])
        yield made
        for browser in made.browsers:
            browser.close()
