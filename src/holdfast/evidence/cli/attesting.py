"""`holdfast evidence attest` and `holdfast evidence withdraw`."""

from __future__ import annotations

from pathlib import Path

import click

from holdfast.evidence.cli.services import App
from holdfast.evidence.cli.words import LONGEST_LINE, day, json_option, plan_option, tell_json, text
from holdfast.evidence.commands import Attest, WithdrawAttestation
from holdfast.evidence.model.acted import Signed


@click.command()
@click.argument("name")
@click.option("--as", "role", metavar="ROLE", required=True, help="The role that you act for.")
@click.option(
    "--seen",
    metavar="TEXT",
    required=True,
    help="What you saw, in your words: no names, no personal data, for it stays in the ledger for ever.",
)
@click.option(
    "--until",
    metavar="DATE",
    help="The last day on which it counts (UTC). Default: as long as the plan's `every`.",
)
@click.option(
    "--file", type=click.Path(path_type=Path), help="What you looked at: its name and digest are recorded."
)
@plan_option
@json_option
@click.pass_obj
def attest(
    app: App,
    name: str,
    role: str,
    seen: str,
    until: str | None,
    file: Path | None,
    plan: Path,
    as_json: bool,
) -> int:
    """Sign for ROLE that NAME is so, until a day.

    NAME is `attest/<name>` as the plan has it, a control that it says is attested, or a review. Who signs is
    HOLDFAST_ACTOR, a member of the role in the plan. Signing the same again while it counts changes nothing.
    """
    last = None if until is None else day(until)
    signed = app.evidence.attest(Attest(plan, name, role, text(seen, "--seen"), last, file))
    return _tell(signed, as_json)


@click.command()
@click.argument("reference", metavar="ID")
@click.option(
    "--because", metavar="TEXT", required=True, help="Why, in one line; no names, no personal data."
)
@plan_option
@json_option
@click.pass_obj
def withdraw(app: App, reference: str, because: str, plan: Path, as_json: bool) -> int:
    """Take an attestation back: it counts no longer. Anybody who acts for its role may.

    ID is its number in the ledger, its id, or the beginning of its id.
    """
    why = text(because, "--because", LONGEST_LINE, lines=False)
    return _tell(app.evidence.withdraw(WithdrawAttestation(plan, reference, why)), as_json)


def _tell(signed: Signed, as_json: bool) -> int:
    if as_json:
        from holdfast.evidence.views.promise import signed_json

        tell_json(signed_json(signed))
    else:
        from holdfast.evidence.views.acts import show_signed
        from holdfast.web.terminal import terminal

        show_signed(signed, terminal())
    return 0
