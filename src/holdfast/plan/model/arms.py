"""Arms: variants of the system that are compared, and where each one's records are."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from holdfast.plan.model.base import Part
from holdfast.plan.model.formulas import Formula
from holdfast.plan.model.names import DataName
from holdfast.plan.model.words import ColumnName, Keyed, Label, Prose, Several


class Arm(Part):
    """A variant of the system, and how its records are found in the data that the gates read.

    An arm that says nothing reads the data as the gates do.
    """

    bundle: Label | None = Field(
        None,
        description="The version of the system that made its records. Default: that of the card for an arm"
        " that reads the data as the gates do, else the arm's name.",
    )
    describes: Prose | None = Field(None, description="What the variant is, for the report.")
    where: Formula | None = Field(
        None, description="Which records are its own, besides the source's `where`."
    )
    columns: Annotated[dict[ColumnName, ColumnName], Keyed] = Field(
        {},
        description="The plan's name of a column -> the source's, on top of the source's own `columns`: for"
        " tables in which several arms answer in one row.",
    )
    data: Annotated[dict[DataName, DataName], Keyed] = Field(
        {}, description="The data source that a gate names -> the one that is read for this arm."
    )
    only: Annotated[tuple[DataName, ...], Several] = Field(
        (),
        description="The data sources, as the gates name them, to which `where` and `columns` apply."
        " Default: all.",
    )
