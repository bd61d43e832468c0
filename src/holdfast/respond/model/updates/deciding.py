"""From a wish about an update to the facts that follow from it, or to why not. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.requests import DeniedError
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.kernel.events import Event
from holdfast.kernel.sealed import Sealed
from holdfast.respond.commands.updates import (
    ApproveUpdate,
    DropUpdate,
    RefuseUpdate,
    SendUpdate,
    WriteUpdate,
)
from holdfast.respond.events.updates import (
    UpdateApproved,
    UpdateDropped,
    UpdateRefused,
    UpdateSent,
    UpdateSetAside,
    UpdateWritten,
)
from holdfast.respond.model.asking import Asking
from holdfast.respond.model.updates.approving import Need, lacking, may_give, needs
from holdfast.respond.model.updates.audiences import Audience
from holdfast.respond.model.updates.drafting import draft
from holdfast.respond.model.updates.facts import Facts
from holdfast.respond.model.updates.flags import Flag, flag, rules_of, stopping
from holdfast.respond.model.updates.state import Update, UpdatesState, Version

REDACTED = "(these words were redacted)"


def audience_of(key: str, audiences: Sequence[Audience]) -> Audience:
    """Return an audience by its id.

    Raises
    ------
    UsageError
        HF731: nobody is called so.
    """
    for audience in audiences:
        if audience.id == key:
            return audience
    fix = did_you_mean(key, [audience.id for audience in audiences])
    raise UsageError.of("HF731", f"no audience is called `{key}`", fix=fix)


def update_of(key: str, state: UpdatesState) -> Update:
    """Return an update by its id.

    Raises
    ------
    UsageError
        HF731: there is none.
    """
    if key not in state.all:
        raise UsageError.of("HF731", f"there is no update `{key}`", fix=did_you_mean(key, state.all))
    return state.all[key]


def write(
    state: UpdatesState, facts: Facts, audiences: Sequence[Audience], command: WriteUpdate, asking: Asking
) -> Sequence[Event]:
    """Return the fact of a new version; of a text that came too late where somebody was first; or nothing.

    Raises
    ------
    UsageError
        HF731 no such audience or update, HF734 it was sent or dropped.
    """
    audience = audience_of(command.audience, audiences)
    drafted = draft(facts, audience)
    text = command.text or drafted
    known = update_of(command.update, state) if command.update is not None else state.open_for(audience.id)
    if known is None:
        return [_version(f"u{len(state.all) + 1}", 1, text, drafted, facts, audience, asking)]
    if known.audience != audience.id:
        raise UsageError.of("HF731", f"{known.id} is for {known.audience}", fix="begin another update")
    _check_open(known)
    last = known.last
    if _words(last, asking) == text:
        return []
    based_on = last.number if command.based_on is None else command.based_on
    if based_on < last.number:
        return [
            UpdateSetAside(
                update=known.id,
                based_on=based_on,
                against=last.number,
                text=asking.seal(text),
                key=asking.key,
            )
        ]
    return [_version(known.id, last.number + 1, text, drafted, facts, audience, asking)]


def _version(
    update: str, number: int, text: str, drafted: str, facts: Facts, audience: Audience, asking: Asking
) -> UpdateWritten:
    return UpdateWritten(
        update=update,
        audience=audience.id,
        version=number,
        text=asking.seal(text),
        grounds=facts.version,
        as_drafted=text == drafted,
        flags=rules_of(flag(text, facts, audience)),
        key=asking.key,
    )


def approve(
    state: UpdatesState, facts: Facts, audiences: Sequence[Audience], command: ApproveUpdate, asking: Asking
) -> Sequence[Event]:
    """Return the facts of an approval: one for each need that who asks stands for; none if given before.

    Raises
    ------
    UsageError
        HF731 no such update, HF734 it was sent or dropped, HF735 flags without a reason, HF736 old version.
    DeniedError
        HF733 who asks wrote it, HF738 stands for none of the approvals.
    """
    update = update_of(command.update, state)
    _check_open(update)
    version = _newest(update, command.version)
    audience = audience_of(update.audience, audiences)
    wanted = needs(audience, asking.plan, facts.touches)
    if not wanted:
        raise UsageError.of("HF738", f"an update to {audience.id} needs no approval", fix="send it")
    if asking.actor in update.writers:
        raise DeniedError.of(
            "HF733", f"`{asking.actor}` wrote {update.id}, and cannot approve it", fix=_who(wanted)
        )
    mine = [need for need in wanted if may_give(need, asking.plan, asking.principal)]
    if not mine:
        raise DeniedError.of("HF738", f"`{asking.actor}` cannot approve {update.id}", fix=_who(wanted))
    flags = flag(_words(version, asking), facts, audience)
    _check_reason(flags, command.because, "approving")
    given = update.consents()
    return [
        UpdateApproved(
            update=update.id,
            version=version.number,
            need=need.id,
            flags=rules_of(flags),
            because=asking.sealed(command.because),
            plan_digest=asking.plan.digest if asking.plan is not None else None,
            key=asking.key,
        )
        for need in mine
        if asking.actor not in given.get(need.id, ())
    ]


def refuse(
    state: UpdatesState, facts: Facts, audiences: Sequence[Audience], command: RefuseUpdate, asking: Asking
) -> Sequence[Event]:
    """Return the fact that a version was sent back.

    Raises
    ------
    UsageError
        HF731 no such update, HF734 it was sent or dropped, HF736 not the newest version.
    DeniedError
        HF738: who asks neither works in the room nor approves.
    """
    update = update_of(command.update, state)
    _check_open(update)
    version = _newest(update, command.version)
    wanted = needs(audience_of(update.audience, audiences), asking.plan, facts.touches)
    works = permitted(asking.principal, Permission.RESPOND)
    if not works and not any(may_give(need, asking.plan, asking.principal) for need in wanted):
        raise DeniedError.of("HF738", f"`{asking.actor}` cannot send {update.id} back", fix=_who(wanted))
    because = asking.seal(command.because)
    return [UpdateRefused(update=update.id, version=version.number, because=because, key=asking.key)]


def send(
    state: UpdatesState, facts: Facts, audiences: Sequence[Audience], command: SendUpdate, asking: Asking
) -> Sequence[Event]:
    """Return the facts that a version goes out: one for each channel that it did not go to yet.

    Raises
    ------
    UsageError
        HF731 no such update or route, HF732 an approval is missing, HF734 it was dropped, HF735 flags without
        a reason, HF736 not the newest version, HF737 no channel.
    """
    update = update_of(command.update, state)
    if update.dropped:
        raise _closed(update)
    version = _newest(update, command.version)
    audience = audience_of(update.audience, audiences)
    left = lacking(update, needs(audience, asking.plan, facts.touches))
    if left:
        raise UsageError.of("HF732", f"{update.id} to {audience.id} is not approved yet", fix=_who(left))
    flags = flag(_words(version, asking), facts, audience)
    _check_reason(flags, command.because, "sending")
    gone = {release.channel for release in update.sent if release.version == version.number}
    return [
        UpdateSent(
            update=update.id,
            audience=audience.id,
            version=version.number,
            channel=channel,
            text=version.text,
            flags=rules_of(flags),
            because=asking.sealed(command.because),
            receipt=asking.sealed(command.by_hand),
            plan_digest=asking.plan.digest if asking.plan is not None else None,
            key=asking.key,
        )
        for channel in _channels(command, audience, asking)
        if channel not in gone
    ]


def drop(state: UpdatesState, command: DropUpdate, asking: Asking) -> Sequence[Event]:
    """Return the fact that an update is not sent.

    Raises
    ------
    UsageError
        HF731 no such update, HF734 it was sent.
    """
    update = update_of(command.update, state)
    if update.dropped:
        return []
    _check_open(update)
    return [UpdateDropped(update=update.id, because=asking.sealed(command.because), key=asking.key)]


def _channels(command: SendUpdate, audience: Audience, asking: Asking) -> list[str | None]:
    """Return where it goes; None: it went by hand."""
    if command.by_hand is not None:
        return [None]
    wanted = list(dict.fromkeys(command.channels)) or ([audience.channel] if audience.channel else [])
    routes = asking.plan.routes if asking.plan is not None else {}
    for route in wanted:
        if route not in routes:
            fix = did_you_mean(route, routes, otherwise="the plan's routes are")
            raise UsageError.of("HF731", f"the plan has no route `{route}`", fix=fix)
    if not wanted:
        raise UsageError.of(
            "HF737", f"no channel reaches {audience.id}", fix="send it yourself and say how (`by_hand`)"
        )
    return list(wanted)


def _check_open(update: Update) -> None:
    if not update.open:
        raise _closed(update)


def _closed(update: Update) -> UsageError:
    said = "dropped" if update.dropped else "sent"
    return UsageError.of("HF734", f"{update.id} was {said}", fix=f"begin another update to {update.audience}")


def _newest(update: Update, number: int) -> Version:
    last = update.last
    if number != last.number:
        raise UsageError.of(
            "HF736",
            f"version {number} of {update.id} is not the newest: `{last.by}` wrote version {last.number}",
            fix=f"read version {last.number} first",
        )
    return last


def _check_reason(flags: Sequence[Flag], because: str | None, act: str) -> None:
    stops = stopping(list(flags))
    if stops and because is None:
        first = next(each for each in flags if each.rule == stops[0])
        raise UsageError.of(
            "HF735",
            f"{act} it in spite of {', '.join(stops)} needs a reason: `{first.words[:80]}`",
            fix=f"{first.instead} Or say why it may stand.",
        )


def _who(wanted: Sequence[Need]) -> str:
    return "needed: " + "; ".join(f"{need.id} ({need.why})" for need in wanted)


def _words(version: Version, asking: Asking) -> str:
    """Return what a version says; of one that was redacted, that it was."""
    sealed: Sealed = version.text
    found = asking.unseal([sealed])[0]
    return REDACTED if found is None else found
