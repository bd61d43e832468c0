"""HF108, HF114 and HF115: what was accepted, what is not known, and what has expired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from holdfast.plan.model.lint.layers import HIGH
from holdfast.plan.model.lint.subject import Found, Subject
from holdfast.plan.model.lint.wording import words
from holdfast.plan.model.refusals import shown
from holdfast.plan.model.risks import OwnControl, Residual


def incomplete_acceptance(subject: Subject) -> Iterator[Found]:
    """HF108: yield every residual risk that nobody has accepted in full."""
    plan = subject.plan
    by_score = plan.authority.accept_residual if plan.authority is not None else None
    approver = plan.system.owners.approver if plan.system.owners is not None else None
    for risk in plan.risks:
        stays = risk.residual
        if stays is None:
            continue
        who = approver
        if by_score is not None:
            who = by_score.below_12 if stays.score < HIGH else by_score.from_12
        missing = _missing(stays)
        if missing:
            adds = {
                "reason": "because: ...",
                "accepter": f"accepted_by: {who or '...'}",
                "end date": f"until: {subject.today + timedelta(days=180)}",
            }
            without = words([f"no {each}" for each in missing])
            yield Found(
                ("risks", risk.id, "residual"),
                f"what stays of `{risk.id}` has {without}: it is not accepted, only left",
                f"add `{', '.join(adds[each] for each in missing)}`",
            )
        elif by_score is not None and stays.accepted_by not in {who, by_score.from_12, risk.owner}:
            limit = f"below {HIGH}" if stays.score < HIGH else f"from {HIGH} on"
            yield Found(
                ("risks", risk.id, "residual", "accepted_by"),
                f"`{stays.accepted_by}` may not accept what stays of `{risk.id}` (score {stays.score})",
                f"`authority` lets `{who}` accept {limit}: `accepted_by: {who}`",
            )


def _missing(stays: Residual) -> list[str]:
    said = {"reason": stays.because, "accepter": stays.accepted_by, "end date": stays.until}
    return [name for name, value in said.items() if value is None]


def open_unknowns(subject: Subject) -> Iterator[Found]:
    """HF114: yield every unknown that nobody will find out, or should have by now."""
    for risk in subject.plan.risks:
        for at, unknown in enumerate(risk.unknowns):
            what = shown(unknown.what)
            missing = [
                name for name, value in (("test", unknown.test), ("date", unknown.due)) if value is None
            ]
            if missing:
                adds = {"test": "test: ...", "date": f"due: {subject.today + timedelta(days=30)}"}
                yield Found(
                    ("risks", risk.id, "unknowns", at, "what"),
                    f"{what} has {words([f'no {each}' for each in missing])}: it will stay unknown",
                    f"add `{', '.join(adds[each] for each in missing)}`",
                )
            elif unknown.due is not None and unknown.due < subject.today:
                yield Found(
                    ("risks", risk.id, "unknowns", at, "due"),
                    f"{what} should have been known by {unknown.due}, {_ago(subject, unknown.due)}",
                    "write down what was found, in the risk's severity and likelihood, or a new date",
                )


def stale(subject: Subject) -> Iterator[Found]:
    """HF115: yield every acceptance, override, rehearsal and signature that no longer counts."""
    plan, standing = subject.plan, subject.standing
    for risk in plan.risks:
        until = risk.residual.until if risk.residual is not None else None
        if until is not None and until < subject.today:
            yield Found(
                ("risks", risk.id, "residual", "until"),
                f"the acceptance of what stays of `{risk.id}` ended on {until}, {_ago(subject, until)}",
                "have it accepted again, with a new `until`, or lower the risk",
            )
    gates = {gate.id for gate in plan.gates}
    for override in standing.overrides:
        if override.gate in gates and override.until < subject.now:
            yield Found(
                ("gates", override.gate, "id"),
                f"the override of `{override.gate}` ended on {override.until.date()}: the gate counts again",
                "meet the gate, or grant a new override: `holdfast gate override`",
            )
    for name, control in plan.controls.items():
        if not isinstance(control, OwnControl):
            continue
        drills = [each for each in (*control.evidence, f"drill/{name}") if each.startswith("drill/")]
        held = [standing.shown[each] for each in drills if each in standing.shown]
        if control.rehearsed_within is not None and held:
            last = max(shown_.at for shown_ in held)
            if subject.now - last > control.rehearsed_within.delta:
                yield Found(
                    ("controls", name, "rehearsed_within"),
                    f"`{name}` was last rehearsed on {last.date()}, longer ago than"
                    f" {control.rehearsed_within}: nobody knows whether it still works",
                    "rehearse it, and record the drill",
                )
        signed = standing.shown.get(f"attest/{name}")
        if control.attested is not None and signed is not None and signed.stale(subject.now):
            yield Found(
                ("controls", name, "attested"),
                f"the signature that `{name}` works has expired: it counted for {control.attested.every}",
                f"let `{control.attested.who}` look again and sign",
            )


def _ago(subject: Subject, day: object) -> str:
    then = datetime.fromisoformat(str(day)).replace(tzinfo=UTC)
    days = (subject.now - then).days
    return f"{days} day{'' if days == 1 else 's'} ago"
