"""`holdfast runbook run`: a runbook followed on the terminal, step by step, inside an incident."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import click

from holdfast.access.model.principal import Principal
from holdfast.kernel.errors import ConflictError, UsageError

if TYPE_CHECKING:
    from holdfast.respond.views.runbooks.following import RunView
    from holdfast.respond.views.runbooks.work import Following

STOP = "stop"


class Respond(Protocol):
    """The respond room's services."""

    @property
    def runbooks(self) -> Following:
        """Following runbooks."""
        ...


class Settings(Protocol):
    """What is set."""

    @property
    def actor(self) -> str:
        """Who acts."""
        ...


class App(Protocol):
    """What the app hands to this command."""

    @property
    def respond(self) -> Respond:
        """The respond room's services."""
        ...

    @property
    def settings(self) -> Settings:
        """What is set."""
        ...


@click.command()
@click.argument("incident", metavar="INCIDENT")
@click.argument("name", metavar="RUNBOOK")
@click.option("--again", is_flag=True, help="Start anew, also where it is being followed already.")
@click.pass_obj
def run(app: App, incident: str, name: str, again: bool) -> None:
    """Follow RUNBOOK in INCIDENT, step by step; where it is being followed already, go on with that.

    Each answer is recorded at once, with who gave it. Stop at any step and go on later, here or on the page.

    Exit codes: 0 followed to its end or stopped, 3 there is no such incident or runbook.
    """
    principal = Principal.local(app.settings.actor)
    work = app.respond.runbooks
    number = _run_of(work, incident, name, principal, again=again)
    _head(work.look(incident, number))
    while (view := work.look(incident, number)).present is not None:
        try:
            if not _step(work, view, principal):
                click.echo(
                    f"stopped at {view.present.id}; go on with: holdfast runbook run {incident} {name}"
                )
                return
        except ConflictError as error:
            click.echo(f"\n{error.problems[0].message}: {error.problems[0].fix}")
        except UsageError as error:
            click.echo(f"{error.problems[0].message}: {error.problems[0].fix}")
    click.echo(view.problem or "\nThe runbook is followed to its end. Recovered only when this is shown:")
    for proof in view.recovery:
        click.echo(f" - {proof}")


def _run_of(work: Following, incident: str, name: str, principal: Principal, *, again: bool) -> int:
    """Return the open run of the runbook, else start one."""
    from holdfast.respond.commands.runbooks import StartRunbook

    if not again:
        for row in work.rows(incident):
            if row.state == "open" and row.runbook == name:
                click.echo(f"going on with run {row.number}, started by {row.started_by}")
                return row.number
    return work.start(StartRunbook(incident, name, again=again), principal).number


def _head(view: RunView) -> None:
    click.echo(f"{view.title} (run {view.number} of {view.runbook} in {view.incident})")
    if view.question:
        click.echo(f"Ask: {view.question}")
    for said in view.do_not:
        click.echo(f" x {said}")


def _step(work: Following, view: RunView, principal: Principal) -> bool:
    """Show the present step, ask what became of it and record that; return whether to go on."""
    from holdfast.respond.commands.runbooks import DoStep, SkipStep, TakeBranch
    from holdfast.respond.views.runbooks.terminal import step_lines

    step = view.present
    assert step is not None  # noqa: S101 -- asked for only where there is one; for the type checker
    click.echo("\n" + "\n".join(step_lines(replace(step, moves=view.moves))))
    if view.moves and not (view.movable and view.levers):
        click.echo("          · do it by hand; the incident records it")
    answers = _answers(view)
    answer = click.prompt("  ", type=click.Choice(answers), show_choices=True, prompt_suffix="> ")
    if answer == STOP:
        return False
    if answer == "skip":
        reason = click.prompt("  why", prompt_suffix="> ")
        work.skip_step(SkipStep(view.incident, view.number, step.id, reason), principal)
        return True
    note = click.prompt("  note (may be empty)", default="", show_default=False, prompt_suffix="> ") or None
    if step.ways:
        work.take_branch(TakeBranch(view.incident, view.number, step.id, answer, note), principal)
        return True
    lever = None
    if answer in ("move", "by-hand", "done") and len(view.levers) > 1:
        lever = click.prompt("  which lever", type=click.Choice(list(view.levers)), prompt_suffix="> ")
    command = DoStep(
        view.incident,
        view.number,
        step.id,
        note,
        helped={"helped": True, "not-helped": False}.get(answer),
        lever=lever,
        by_hand=answer == "by-hand",
    )
    work.do_step(command, principal)
    return True


def _answers(view: RunView) -> list[str]:
    step = view.present
    if step is not None and step.ways:
        return [*(way.name for way in step.ways), STOP]
    if step is not None and step.kind == "confirm":
        return ["helped", "not-helped", "skip", STOP]
    return [*(["move", "by-hand"] if view.levers and view.movable else ["done"]), "skip", STOP]
