"""What monitoring systems send in, whatever their format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Alert:
    """One alert as its source tells it.

    Attributes
    ----------
    fingerprint : str
        The source's own id for the same labels.
    group : str
        What the source groups by.
    firing : bool
        Whether it goes on; False: it ended.
    began_at, ended_at : datetime
        Aware, by the source's clock.
    labels, annotations : mapping
        As the source sends them.
    link : str
        Where the source shows it; empty without one.
    """

    fingerprint: str
    group: str
    name: str
    firing: bool
    began_at: datetime
    ended_at: datetime | None
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    link: str = ""


class AlertSource(Protocol):
    """A monitoring system that posts to `/api/hooks/<name>`."""

    @property
    def name(self) -> str:
        """What it is called in the address and in facts."""
        ...

    @property
    def signed(self) -> bool:
        """Whether its requests prove themselves by a signature; else they need a token."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Alert, ...]:
        """Return the alerts of a request; headers by lower-case names.

        Raises
        ------
        UsageError
            HF702: the body is not what the format says.
        UnknownPersonError
            HF621: the signature is missing or wrong.
        """
        ...
