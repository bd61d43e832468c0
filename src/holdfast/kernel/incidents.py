"""The words of incidents that every room uses: where one came from, how bad it is, what drives it."""

from __future__ import annotations

from enum import StrEnum


class Source(StrEnum):
    """Who or what said that something is wrong."""

    PERSON = "person"
    REPORT = "report"
    ALERT = "alert"
    RULE = "rule"
    DRILL = "drill"


class Severity(StrEnum):
    """How bad an incident is; SEV-1 is the worst."""

    SEV1 = "SEV-1"
    SEV2 = "SEV-2"
    SEV3 = "SEV-3"
    SEV4 = "SEV-4"

    @property
    def rank(self) -> int:
        """1 for the worst, 4 for the least."""
        return int(self.value[-1])


class Bucket(StrEnum):
    """What drives an incident."""

    MODEL = "model"
    """Behaviour without an input or platform fault."""
    DATA = "data"
    """Pipeline, retrieval, labels."""
    PLATFORM = "platform"
    """Serving, caching, a dependency."""
    POLICY = "policy"
    """Prompt, filter, configuration, a promise of the surface."""
