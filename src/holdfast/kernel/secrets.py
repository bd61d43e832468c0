"""Secrets: what is written down is only ever a name, and a value exists only where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.kernel.errors import Place, PlanError, nearest

SECRET_PATTERN = r"^\$[A-Za-z_][A-Za-z0-9_]*$"  # noqa: S105 -- the shape of a name, not a secret
MASK = "*" * 8


@dataclass(frozen=True, repr=False)
class Revealed:
    """A secret's value. It shows itself to nobody who does not ask for `value`."""

    name: str
    value: str

    def __repr__(self) -> str:
        return f"Revealed({self.name})"

    def __str__(self) -> str:
        return MASK

    def __reduce__(self) -> str:
        msg = f"the secret {self.name} is not to be pickled"
        raise TypeError(msg)


def reveal(name: str, environment: Mapping[str, str], place: Place | None = None) -> Revealed:
    """Return the value of a `$NAME`.

    Raises
    ------
    PlanError
        HF214: the environment does not have it. The message holds names only.

    Examples
    --------
    >>> reveal("$PAGERDUTY_KEY", {"PAGERDUTY_KEY": "not for your eyes"})
    Revealed($PAGERDUTY_KEY)
    """
    value = environment.get(name.removeprefix("$"))
    if value:
        return Revealed(name, value)
    near = nearest(name.removeprefix("$"), environment)
    fix = f"set it, or did you mean `${near}`?" if near else "set it where Holdfast runs"
    state = "empty" if value is not None else "not set"
    raise PlanError.of("HF214", f"the environment variable `{name}` is {state}", place=place, fix=fix)
