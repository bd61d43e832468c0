"""Expressions over columns, checked where they stand in the plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from holdfast.plan.model.refusals import refuse
from holdfast.plan.model.values import text_of
from holdfast.plan.model.words import LONGEST_TEXT, prose


def formula(value: object) -> str:
    """Return an expression's text once the expression language has read it."""
    from holdfast.kernel.expressions.parsing import ExpressionProblem, parse

    text = text_of(value, 'an expression such as "score >= 0.8"')
    if len(text) > LONGEST_TEXT:
        return prose(text)
    try:
        parse(text)
    except ExpressionProblem as problem:
        raise refuse("HF212", problem.message, problem.fix, at=problem.at, width=problem.width) from problem
    return text


Formula = Annotated[str, PlainValidator(formula), WithJsonSchema({"type": "string", "x-type": "expression"})]
