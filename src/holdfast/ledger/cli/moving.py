"""The command `holdfast ledger move`."""

from __future__ import annotations

import json

import click

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import UsageError
from holdfast.kernel.figures import count, plural
from holdfast.kernel.ids import short
from holdfast.ledger.moving import refuse_others, take_over
from holdfast.ledger.ports import LedgerAccess


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def move(access: LedgerAccess, source: str, target: str, as_json: bool) -> None:
    """Copy a workspace from one ledger's URL to another's: from a file to PostgreSQL, or back.

    Facts go as they are stored, byte for byte, and are verified and compared where they arrive; people,
    sealed texts and files, timers, deliveries and the keys go with them. FROM is left as it is. Stop the
    server and workers first. A move that was stopped goes on from there; a TO that holds something else is
    refused.
    """
    origin, goal = access.ledger_engine(source), access.ledger_engine(target)
    if origin.place == goal.place:
        raise UsageError.of("HF501", f"FROM and TO are the same: {goal.place}", fix="name two places")
    with origin.stored_events():
        pass  # refuses where there is no ledger, before anything is made
    refuse_others(origin.stored_events, goal)
    # what is sealed is there before the facts that name it
    rows = access.move_rest(source, target)
    taken = take_over(origin.stored_events, origin.positions, goal)
    with access.whole_ledger(target).open_ledger():
        pass  # computes the tables that follow from the facts
    if as_json:
        told: dict[str, Json] = {
            "from": origin.place,
            "to": goal.place,
            "head": {"seq": taken.head.seq, "hash": taken.head.hash},
            "written": taken.events,
            "rows": rows,
        }
        click.echo(json.dumps(told, indent=2))
        return
    head = f"head #{count(taken.head.seq)} {short(taken.head.hash)}"
    click.echo(f"moved: {plural(taken.head.seq, 'event')} to {goal.place}, {head}, verified and compared")
    click.echo(f"{plural(rows, 'row')} of what is no fact went with them; {origin.place} is as it was.")
    click.echo("The keys went too. From now on name the new place with `--ledger` or HOLDFAST_LEDGER.")
