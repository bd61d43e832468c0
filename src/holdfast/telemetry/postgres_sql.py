"""Ibis' compiler for PostgreSQL, with what would not agree with other engines put right.

Compiling needs neither PostgreSQL nor a connection: only who runs the text does.
"""

from __future__ import annotations

from typing import Any

import sqlglot.expressions as sge
from ibis.backends.sql.compilers.postgres import PostgresCompiler


class _PostgresCompiler(PostgresCompiler):  # type: ignore[misc] # Ibis ships no types
    """As Ibis' own, but a text that is made of something else is ordered by bytes, as everywhere else."""

    __slots__ = ()

    def visit_Cast(self, op: Any, *, arg: Any, to: Any) -> Any:  # noqa: ANN401 -- Ibis' own
        """Make a text that does not depend on the database's language."""
        made = super().visit_Cast(op, arg=arg, to=to)
        return (
            sge.Collate(this=made, expression=sge.to_identifier("C", quoted=True)) if to.is_string() else made
        )


compiler = _PostgresCompiler()
