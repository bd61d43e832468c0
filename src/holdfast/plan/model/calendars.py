"""Which days count: where a day ends, and on which days nobody works."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from holdfast.kernel.zones import zone_of
from holdfast.plan.model.base import Part
from holdfast.plan.model.refusals import refuse, shown
from holdfast.plan.model.values import Day, text_of
from holdfast.plan.model.words import Several


def zone(value: object) -> str:
    """Return the name of a time zone."""
    text = text_of(value, "a time zone such as Europe/Berlin")
    try:
        zone_of(text)
    except ValueError:
        fix = "a name of the IANA database: Europe/Berlin, America/New_York, UTC"
        raise refuse("HF207", f"{shown(text)} is no time zone", fix) from None
    return text


ZoneName = Annotated[
    str, PlainValidator(zone), WithJsonSchema({"type": "string", "x-type": "time zone, as IANA names it"})
]


class Calendar(Part):
    """Where a day ends, and on which days nobody works: deadlines in days are counted by it."""

    zone: ZoneName = Field("UTC", description="Where a day ends, for a duty that has no zone of its own.")
    holidays: Annotated[tuple[Day, ...], Several] = Field(
        (), description="Days on which nobody works, besides Saturdays and Sundays."
    )
