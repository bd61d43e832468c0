"""Ibis' compiler for Spark, with what Ibis 12 writes otherwise than it means put right.

Compiling needs neither Spark nor a session: only who runs the text does.
"""

from __future__ import annotations

from typing import Any

import ibis.expr.datatypes as dt
import sqlglot as sg
from ibis.backends.sql.compilers.base import SQLGlotCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler


class _SparkCompiler(PySparkCompiler):  # type: ignore[misc] # Ibis ships no types
    """As Ibis' own, but null is null, infinity is found and a float is no decimal.

    Ibis' own takes NaN for null, compares infinity in Python (`isinf` is always false), and reads an option
    that exists only once its backend, and with it pandas, is loaded.
    """

    __slots__ = ()

    visit_Field = SQLGlotCompiler.visit_Field
    visit_IsNull = SQLGlotCompiler.visit_IsNull
    visit_NotNull = SQLGlotCompiler.visit_NotNull

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:  # noqa: ANN401 -- Ibis' own
        """Write a float as a double: `0.1` alone is a decimal to Spark."""
        if dtype.is_floating():
            return self.cast(self.visit_DefaultLiteral(op, value=value, dtype=dtype), dt.float64)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_IsInf(self, op: Any, *, arg: Any) -> Any:  # noqa: ANN401 -- as above
        """Compare with both infinities in the engine."""
        del op
        return sg.or_(arg.eq(self.POS_INF), arg.eq(self.NEG_INF))


compiler = _SparkCompiler()
