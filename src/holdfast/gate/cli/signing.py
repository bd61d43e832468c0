"""`holdfast gate sign` and `holdfast gate withdraw`."""

from __future__ import annotations

import click

from holdfast.gate.cli.services import App
from holdfast.gate.cli.telling import tell
from holdfast.gate.cli.words import bundle_option, json_option, one_gate, reason
from holdfast.gate.commands import SignFor

WORDS = click.argument("words", metavar="GATE [PLAN]", nargs=-1, required=True)
ROLE = click.option("--as", "role", metavar="ROLE", required=True, help="The role that you act for.")


@click.command(short_help="Sign a sign-off for a role.")
@WORDS
@ROLE
@click.option("--because", metavar="TEXT", help="What you add, in one line.")
@bundle_option
@json_option
@click.pass_obj
def sign(
    app: App, words: tuple[str, ...], role: str, because: str | None, bundle: str | None, as_json: bool
) -> int:
    """Sign the sign-off GATE of PLAN for a role.

    The signature counts for the bundle and the plan as they are now, and for what has been decided so far:
    check first, look, then sign. Who signs is HOLDFAST_ACTOR, a member of the role in the plan.
    """
    plan, gate = one_gate(words)
    return tell(app.gate.sign(SignFor(plan, gate, role, reason(because) or None, bundle)), as_json)


@click.command(short_help="Take a signature back.")
@WORDS
@ROLE
@click.option("--because", metavar="TEXT", help="Why, in one line.")
@bundle_option
@json_option
@click.pass_obj
def withdraw(
    app: App, words: tuple[str, ...], role: str, because: str | None, bundle: str | None, as_json: bool
) -> int:
    """Take a role's signature of GATE back: it counts no longer. Anybody who acts for the role may."""
    plan, gate = one_gate(words)
    return tell(app.gate.withdraw(SignFor(plan, gate, role, reason(because) or None, bundle)), as_json)
