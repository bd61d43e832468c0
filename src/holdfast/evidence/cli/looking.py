"""`holdfast evidence list` and `holdfast evidence show`."""

from __future__ import annotations

from pathlib import Path

import click

from holdfast.evidence.cli.services import App
from holdfast.evidence.cli.words import json_option, plan_option, tell_json


@click.command("list")
@plan_option
@click.option("--stale", is_flag=True, help="Only what does not count: too old, ended, or of changed data.")
@click.option(
    "--all", "everything", is_flag=True, help="Also what newer evidence of the same thing replaced."
)
@json_option
@click.pass_obj
def list_(app: App, plan: Path, stale: bool, everything: bool, as_json: bool) -> int:
    """List the evidence of the plan's system, newest first.

    Told are its age against `fresh_for` of the gates that rest on it, the end of what was attested, and
    whether the data or the file that lies there now is the one that was measured.
    """
    listing = app.evidence.listing(plan, everything=everything, stale_only=stale)
    if as_json:
        from holdfast.evidence.views.promise import listing_json

        tell_json(listing_json(listing))
    else:
        from holdfast.evidence.views.terminal import show_listing
        from holdfast.web.terminal import terminal

        show_listing(listing, terminal())
    return 0


@click.command()
@click.argument("reference", metavar="ID")
@plan_option
@json_option
@click.pass_obj
def show(app: App, reference: str, plan: Path, as_json: bool) -> int:
    """Show one piece of evidence whole.

    ID is its number in the ledger, its id, or the beginning of its id.
    """
    piece, row = app.evidence.show(plan, reference)
    if as_json:
        from holdfast.evidence.views.promise import piece_json

        tell_json(piece_json(piece, row))
    else:
        from holdfast.evidence.views.terminal import show_piece
        from holdfast.web.terminal import terminal

        show_piece(piece, row, terminal())
    return 0
