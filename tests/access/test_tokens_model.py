"""What a token looks like, and which tokens may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.access.model.refusing import InvalidError, NotFoundError
from holdfast.access.model.tokens import TOKEN, Tokens, issue, revoke, token_text, well_formed

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SOON = NOW + timedelta(days=90)


@given(st.binary(min_size=32, max_size=32))
def test_every_token_has_the_form_that_scanners_look_for(chance: bytes) -> None:
    token = token_text(chance)
    assert TOKEN.fullmatch(token)
    assert well_formed(token)


@given(st.binary(min_size=32, max_size=32), st.integers(3, 51))
def test_a_changed_sign_does_not_fit_the_checksum(chance: bytes, place: int) -> None:
    token = token_text(chance)
    changed = token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :]
    assert not well_formed(changed)


@pytest.mark.parametrize("scopes", [[], ["repot"], ["administer"], ["report", "everything"]])
def test_scopes_that_cannot_be_are_refused(scopes: list[str]) -> None:
    with pytest.raises(InvalidError, match="HF631"):
        issue("t-1", scopes, SOON, NOW)


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=400)])
def test_a_token_ends_within_a_year(until: datetime) -> None:
    with pytest.raises(InvalidError, match="366 days"):
        issue("t-1", ["report"], until, NOW)


def test_revoking_what_is_not_there_is_refused() -> None:
    with pytest.raises(NotFoundError, match="HF627"):
        revoke(Tokens(), "t-1")
