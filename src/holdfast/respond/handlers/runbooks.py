"""Following a runbook: words are sealed first; then is decided on the run's stream, then recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import Principal
from holdfast.access.requests import check_permitted
from holdfast.kernel.errors import ConflictError, LedgerError
from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.plan.model.loading import LoadedPlan
from holdfast.respond.commands.runbooks import AbandonRunbook, DoStep, SkipStep, StartRunbook, TakeBranch
from holdfast.respond.events.runbooks import RunbookStarted, RunbookStepBegun
from holdfast.respond.handlers.acting import ATTEMPTS, Room
from holdfast.respond.handlers.runbook_moves import check_move, record_move
from holdfast.respond.model.runbooks import deciding
from holdfast.respond.model.runbooks.loading import parse_runbook
from holdfast.respond.model.runbooks.moving import SAFE_MODE, Moves, moves_of
from holdfast.respond.model.runbooks.run import Run, fold, run_stream
from holdfast.respond.model.runbooks.runbook import Runbook, Step
from holdfast.respond.model.runbooks.writing import digest_of
from holdfast.respond.ports.runbooks import Found, Shelf


@dataclass(frozen=True)
class Following:
    """What following runbooks needs: the room, and where runbooks are found."""

    room: Room
    shelf: Shelf

    def load(self, incident: str, number: int) -> Run:
        """Return a run as it stands now; one that does not exist has version 0."""
        return fold(Run(incident, number), self.room.ledger.read(run_stream(incident, number)))

    def runs(self, incident: str) -> Iterator[Run]:
        """Yield the runs of an incident, the first one first: they are numbered without holes."""
        number = 1
        while (run := self.load(incident, number)).exists:
            yield run
            number += 1

    def book(self, run: Run) -> Runbook:
        """Return exactly the runbook that a run follows.

        Raises
        ------
        LedgerError
            HF718: its text was erased, or is not what the run began with.
        """
        started = run.started
        if started is None:
            deciding.check_open(run)
            raise AssertionError(run)  # check_open refuses what was not started
        (text,) = self.room.vault.unseal([started.body])
        if text is None:
            message = f"the text of the runbook `{started.runbook}` was erased with its incident"
            raise LedgerError.of("HF718", message, fix="the facts of the run stay: which step, when, by whom")
        book = parse_runbook(text, f"{run.stream}").runbook
        if digest_of(book) != started.digest:
            message = f"the text of `{started.runbook}` is not what run {run.number} began with"
            raise LedgerError.of(
                "HF718", message, fix="start the runbook again; tell who keeps this workspace"
            )
        return book

    def readable(self, run: Run) -> tuple[Runbook | None, str]:
        """Return the runbook that a run follows, or why it cannot be read."""
        try:
            return self.book(run), ""
        except LedgerError as error:
            return None, error.problems[0].message

    def plan(self, run: Run) -> LoadedPlan | None:
        """Return the plan of the run's system; None where no plan names it."""
        return self.room.systems.find(self.room.find(run.incident).declared.system)


def check_exists(run: Run) -> None:
    """Refuse a run that does not exist.

    Raises
    ------
    UsageError
        HF713.
    """
    if not run.exists:
        deciding.check_open(run)


def start(following: Following, command: StartRunbook, principal: Principal) -> Run:
    """Start to follow a runbook.

    Raises
    ------
    UsageError
        HF701 no such incident, HF710 no such runbook.
    ConflictError
        HF711: the very same is being followed already, and by whom.
    """
    check_permitted(principal, Permission.RESPOND)
    room = following.room
    incident = room.find(command.incident)
    found = following.shelf(command.runbook, room.systems.find(incident.declared.system))
    body = room.vault.seal(command.incident, found.loaded.text)
    for attempt in range(ATTEMPTS):
        runs = list(following.runs(command.incident))
        if not command.again:
            _refuse_followed(runs, found)
        run = Run(command.incident, len(runs) + 1)
        fact = _started(run, found, body, incident.declared.drill)
        try:
            return _append(following, run, [fact], principal, because=incident.seq)
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError(command)  # the last attempt returned or raised


def do_step(following: Following, command: DoStep, principal: Principal) -> Run:
    """Record that a step is done; of an act that moves a lever, move it first.

    Raises
    ------
    UsageError
        HF701, HF712, HF713, HF714.
    ConflictError
        HF711: somebody else was first, and who.
    """
    check_permitted(principal, Permission.RESPOND)
    run = following.load(command.incident, command.run)
    if run.open and deciding.repeated(run, command, principal.actor):
        return run
    book = following.book(run)
    step = deciding.present_step(run, book, command.step)
    moves = _moves(following, run, step, command)
    if moves is not None:
        return _move(following, run, book, command, moves, principal)
    by_hand = step.move is not None
    note = _sealed(following, command.incident, command.note)
    return _decide(
        following, run, principal, lambda now: deciding.done(now, book, command, note, by_hand=by_hand)
    )


def skip_step(following: Following, command: SkipStep, principal: Principal) -> Run:
    """Leave a step out, with the reason.

    Raises
    ------
    UsageError
        HF701, HF712, HF713, HF717.
    ConflictError
        HF711.
    """
    check_permitted(principal, Permission.RESPOND)
    said = deciding.check_reason(command.reason, "a step that is left out")
    run = following.load(command.incident, command.run)
    book = following.book(run)
    deciding.present_step(run, book, command.step)
    reason = following.room.vault.seal(command.incident, said)
    return _decide(following, run, principal, lambda now: deciding.skipped(now, book, command.step, reason))


def take_branch(following: Following, command: TakeBranch, principal: Principal) -> Run:
    """Take a decision of the runbook.

    Raises
    ------
    UsageError
        HF701, HF712, HF713.
    ConflictError
        HF711.
    """
    check_permitted(principal, Permission.RESPOND)
    run = following.load(command.incident, command.run)
    book = following.book(run)
    deciding.branched(run, book, command.step, command.branch, None)
    reason = _sealed(following, command.incident, command.reason)
    return _decide(
        following,
        run,
        principal,
        lambda now: deciding.branched(now, book, command.step, command.branch, reason),
    )


def abandon(following: Following, command: AbandonRunbook, principal: Principal) -> Run:
    """Stop following a runbook, with the reason.

    Raises
    ------
    UsageError
        HF701, HF713, HF717.
    """
    check_permitted(principal, Permission.RESPOND)
    said = deciding.check_reason(command.reason, "a run that is abandoned")
    run = following.load(command.incident, command.run)
    deciding.check_open(run)
    reason = following.room.vault.seal(command.incident, said)
    return _decide(following, run, principal, lambda now: deciding.abandoned(now, reason))


def _refuse_followed(runs: Sequence[Run], found: Found) -> None:
    for run in runs:
        if run.open and run.started is not None and run.started.digest == found.digest:
            message = f"`{found.name}` is being followed already, as run {run.number}, by {run.started_by}"
            raise ConflictError.of(
                "HF711", message, fix="go on with that run, or say that you start it again"
            )


def _started(run: Run, found: Found, body: Sealed, drill: str | None) -> RunbookStarted:
    book = found.loaded.runbook
    return RunbookStarted(
        incident=run.incident,
        run=run.number,
        runbook=found.name,
        version=book.version,
        digest=found.digest,
        origin=found.origin,
        failure_mode=book.failure_mode,
        first=book.first.id,
        body=body,
        drill=drill,
    )


def _moves(following: Following, run: Run, step: Step, command: DoStep) -> Moves | None:
    chosen = command.lever
    if run.begun is not None and run.begun.lever != SAFE_MODE:
        chosen = run.begun.lever  # what began is ended, and not another move
    loaded = following.plan(run)
    return moves_of(step, loaded.plan if loaded is not None else None, chosen)


def _move(
    following: Following, run: Run, book: Runbook, command: DoStep, moves: Moves, principal: Principal
) -> Run:
    """Record that the move begins, move, record that the step is done: after a crash, the same again."""
    step = deciding.present_step(run, book, command.step)
    if run.begun is None:
        fact = deciding.begun(run, step, moves, dict(command.scope), following.room.clock.now())
        check_move(following.room, fact)
        run = _decide(
            following, run, principal, lambda now: [] if now.begun else _if_present(now, book, step, fact)
        )
    assert run.begun is not None  # noqa: S101 -- recorded just now, or before a crash
    by_hand = command.by_hand or following.room.levers is None
    why = (command.note or "").strip() or step.says
    moved = record_move(
        following.room, run.incident, run.begun, run.begun_seq, why, principal, by_hand=by_hand
    )
    note = _sealed(following, command.incident, command.note)
    return _decide(
        following,
        run,
        principal,
        lambda now: deciding.done(
            now,
            book,
            command,
            note,
            by_hand=by_hand,
            in_force=None if by_hand else moved.in_force,
            receipts=moved.names,
        ),
    )


def _if_present(run: Run, book: Runbook, step: Step, fact: RunbookStepBegun) -> list[Event]:
    deciding.present_step(run, book, step.id)
    return [fact]


def _sealed(following: Following, incident: str, text: str | None) -> Sealed | None:
    said = (text or "").strip()
    return following.room.vault.seal(incident, said) if said else None


def _decide(
    following: Following, run: Run, principal: Principal, decide: Callable[[Run], Sequence[Event]]
) -> Run:
    """Decide on a run and record what follows; where somebody else was first, decide on what they left."""
    for attempt in range(ATTEMPTS):
        events = decide(run)
        if not events:
            return run
        try:
            return _append(following, run, events, principal)
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
            run = following.load(run.incident, run.number)
    raise AssertionError(run)  # the last attempt returned or raised


def _append(
    following: Following,
    run: Run,
    events: Sequence[Event],
    principal: Principal,
    because: int | None = None,
) -> Run:
    recorded = following.room.ledger.append(
        run.stream, events, expected=run.version, actor=principal.actor, because=because
    )
    return fold(run, recorded)
