"""Ibis' compiler for ClickHouse, with what would not agree with other engines put right.

Compiling needs neither ClickHouse nor a connection: only who runs the text does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from ibis.backends.sql.compilers.clickhouse import ClickHouseCompiler
from ibis.expr import operations


class _ClickHouseCompiler(ClickHouseCompiler):  # type: ignore[misc] # Ibis ships no types
    """As Ibis' own, but a time has microseconds in UTC, before 1970 too, and a variance keeps its digits.

    Ibis' own reads times as `DateTime`: whole seconds from 1970 to 2106, in the server's time zone. Its
    variance, `varPop`, adds up squares.
    """

    __slots__ = ()
    SIMPLE_OPS: ClassVar[dict[Any, str]] = {}  # else Ibis puts those of its own over the methods here

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:  # noqa: ANN401 -- Ibis' own
        """Write a time with its microseconds."""
        if dtype.is_timestamp():
            moment: datetime = value
            return self.f.toDateTime64(moment.isoformat(" ", "microseconds"), 6, "UTC")
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_Cast(self, op: Any, *, arg: Any, to: Any) -> Any:  # noqa: ANN401 -- as above
        """Make a time of a date, in UTC."""
        if to.is_timestamp():
            return self.f.toDateTime64(arg, 6, "UTC")
        return super().visit_Cast(op, arg=arg, to=to)

    def visit_Variance(self, op: operations.Variance, *, how: str, where: Any, arg: Any) -> Any:  # noqa: ANN401
        """Compute a variance by deviations from the mean."""
        del op
        return self.agg["varPopStable" if how == "pop" else "varSampStable"](arg, where=where)

    def visit_ExtractEpochSeconds(self, op: Any, *, arg: Any) -> Any:  # noqa: ANN401 -- as above
        """Count the seconds since 1970, before it too; whoever asks rounds the fraction down."""
        del op
        return self.f.toUnixTimestamp64Micro(arg) / 1_000_000


compiler = _ClickHouseCompiler()
