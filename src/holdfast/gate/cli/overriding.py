"""`holdfast gate override`: ask for one, approve it, refuse it."""

from __future__ import annotations

import click

from holdfast.gate.cli.services import App
from holdfast.gate.cli.telling import tell
from holdfast.gate.cli.words import bundle_option, day, json_option, one_gate, reason, sorted_out
from holdfast.gate.commands import AnswerOverride, RequestOverride
from holdfast.kernel.errors import UsageError


@click.command(short_help="Release against a gate: ask, approve, refuse.")
@click.argument("words", metavar="[GATE] [PLAN]", nargs=-1)
@click.option("--because", metavar="TEXT", help="Why, in one line; it stays in the ledger for ever.")
@click.option("--until", metavar="DATE", help="Its last day, in UTC; at most 90 days from today.")
@click.option("--approve", metavar="ID", help="Approve the override that was asked for.")
@click.option("--as", "role", metavar="ROLE", help="The role that you approve for.")
@click.option("--refuse", metavar="ID", help="Refuse an override, or end one that is in force.")
@bundle_option
@json_option
@click.pass_obj
def override(
    app: App,
    words: tuple[str, ...],
    because: str | None,
    until: str | None,
    approve: str | None,
    role: str | None,
    refuse: str | None,
    bundle: str | None,
    as_json: bool,
) -> int:
    """Release against GATE, for a reason, until a day, when those whom the plan names agree.

    \b
    holdfast gate override GATE --because TEXT --until DATE [PLAN]
    holdfast gate override --approve ID --as ROLE [PLAN]
    holdfast gate override --refuse ID --because TEXT [PLAN]

    It counts once those whom `authority: override_gate` names have approved it, never who asked; for one
    bundle and criterion; until its day is over. The gate's own verdict stays, with the override beside it.
    """  # noqa: D301 -- \b is how click is told to keep lines
    if approve is not None and refuse is not None:
        raise UsageError.of("HF501", "`--approve` and `--refuse` exclude each other", fix="give one of them")
    key = approve if approve is not None else refuse
    if key is None:
        _only(role is None, "--as", "asking for an override", "who approves says as whom")
        plan, gate = one_gate(words)
        asked = RequestOverride(plan, gate, reason(because, "an override"), day(until), bundle)
        return tell(app.gate.request_override(asked), as_json)
    plan, names = sorted_out(words)
    verb = "approving" if approve is not None else "refusing"
    _only(not names, " ".join(names), verb, "the override's id is enough")
    _only(until is None, "--until", verb, "the end is that of the request")
    _only(bundle is None, "--bundle", verb, "the bundle is that of the request")
    if approve is None:
        _only(role is None, "--as", verb, "whoever may approve, or asked, may refuse")
        refused = AnswerOverride(plan, key, None, reason(because, "refusing an override"))
        return tell(app.gate.answer_override(refused), as_json)
    _only(because is None, "--because", verb, "the reason is that of the request")
    if role is None:
        raise UsageError.of("HF501", "approve as whom?", fix="say `--as ROLE`")
    return tell(app.gate.answer_override(AnswerOverride(plan, key, role)), as_json)


def _only(fits: bool, option: str, verb: str, why: str) -> None:
    """Refuse an option that does not belong to what is asked."""
    if not fits:
        raise UsageError.of("HF501", f"{verb} takes no `{option}`", fix=why)
