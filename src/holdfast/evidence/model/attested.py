"""What people sign: who may, for how long, and what it takes to take it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from holdfast.evidence.events.measured import AttestationWithdrawn, EvidenceAttested
from holdfast.evidence.model.planned import Attestable
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.kernel.events import Recorded
from holdfast.kernel.ids import derived


@dataclass(frozen=True)
class Withdrawal:
    """That an attestation was taken back.

    Attributes
    ----------
    seq : int
        Its number in the ledger.
    """

    seq: int
    at: datetime
    actor: str
    because: str


@dataclass(frozen=True)
class Attestation:
    """One signature, as the ledger holds it.

    Attributes
    ----------
    seq : int
        Its number in the ledger.
    until : date
        The last day on which it counts, in UTC.
    file, file_digest : str or None
        What was looked at.
    """

    id: str
    seq: int
    at: datetime
    actor: str
    system: str
    name: str
    role: str
    seen: str
    until: date
    file: str | None
    file_digest: str | None
    withdrawn: Withdrawal | None = None

    @property
    def ends(self) -> datetime:
        """The moment from which on it no longer counts."""
        return datetime.combine(self.until + timedelta(days=1), time(), UTC)

    def stands(self, now: datetime) -> bool:
        """Whether it counts."""
        return self.withdrawn is None and now < self.ends


@dataclass(frozen=True)
class Signing:
    """What somebody wants to sign, with all that deciding on it needs.

    Attributes
    ----------
    actor : str
        Who signs, as an opaque id.
    until : date or None
        None for as long as the plan says.
    """

    system: str
    name: str
    role: str
    actor: str
    plan_digest: str
    seen: str
    until: date | None
    now: datetime
    file: str | None = None
    file_digest: str | None = None


def stream_of(system: str, name: str) -> str:
    """Return the stream of all that is signed under one name."""
    return f"attestation/{derived('attestation', system, name)}"


def fold(facts: Iterable[Recorded]) -> tuple[Attestation, ...]:
    """Return the attestations of a stream, or of a ledger, oldest first; withdrawn ones included."""
    found: dict[str, Attestation] = {}
    for recorded in facts:
        fact = recorded.event
        if isinstance(fact, EvidenceAttested):
            found[fact.attestation_id] = Attestation(
                id=fact.attestation_id,
                seq=recorded.seq,
                at=recorded.at,
                actor=recorded.actor,
                system=fact.system,
                name=fact.name,
                role=fact.role,
                seen=fact.seen,
                until=fact.until,
                file=fact.file,
                file_digest=fact.file_digest,
            )
        elif isinstance(fact, AttestationWithdrawn):
            back = Withdrawal(recorded.seq, recorded.at, recorded.actor, fact.because)
            found[fact.attestation_id] = replace(found[fact.attestation_id], withdrawn=back)
    return tuple(found.values())


def under(attestation: Attestation, may: Attestable | None) -> Attestation | None:
    """Return an attestation as a plan takes it today: None where the plan asks for another signature.

    A role that is no longer named does not count, and a rhythm that became shorter ends it sooner.
    """
    if may is None or attestation.role not in may.roles:
        return None
    if may.every is None:
        return attestation
    return replace(attestation, until=min(attestation.until, (attestation.at + may.every).date()))


def sign(earlier: Sequence[Attestation], asked: Signing, may: Attestable) -> EvidenceAttested | Attestation:
    """Return the fact that a signature is, or the same signature where it stands already.

    Raises
    ------
    UsageError
        HF604: another role signs this. HF602: its last day is over, or later than the plan allows. HF501: it
        has no last day, and the plan says none.
    """
    if asked.role not in may.roles:
        message = f"`{asked.role}` does not sign `{asked.name}` in this plan"
        fix = did_you_mean(asked.role, may.roles, otherwise="those who do")
        raise UsageError.of("HF604", message, fix=fix)
    until = last_day(asked, may.every)
    same = [
        one
        for one in earlier
        if (one.role, one.actor, one.seen, one.until, one.file, one.file_digest)
        == (asked.role, asked.actor, asked.seen, until, asked.file, asked.file_digest)
    ]
    standing = next((one for one in same if one.stands(asked.now)), None)
    if standing is not None:
        return standing
    said = (asked.role, asked.actor, asked.seen, until.isoformat(), asked.file or "", asked.file_digest or "")
    return EvidenceAttested(
        attestation_id=derived("attestation", asked.system, asked.name, *said, str(len(same))),
        system=asked.system,
        name=asked.name,
        role=asked.role,
        plan_digest=asked.plan_digest,
        seen=asked.seen,
        until=until,
        file=asked.file,
        file_digest=asked.file_digest,
    )


def last_day(asked: Signing, every: timedelta | None) -> date:
    """Return the last day on which a signature counts.

    Raises
    ------
    UsageError
        HF602, HF501.
    """
    today = asked.now.date()
    latest = (asked.now + every).date() if every is not None else None
    if asked.until is None:
        if latest is None:
            message = f"`{asked.name}` has no rhythm in the plan that would say until when it counts"
            raise UsageError.of("HF501", message, fix="say its last day: `--until 2027-05-31`")
        return latest
    if asked.until < today:
        message = f"it would end on {asked.until}, which is over"
        raise UsageError.of("HF602", message, fix=f"today is {today} (UTC)")
    if latest is not None and asked.until > latest:
        message = f"it would end on {asked.until}, later than the plan allows for `{asked.name}`"
        raise UsageError.of("HF602", message, fix=f"{latest} is the latest: then somebody looks again")
    return asked.until


def withdraw(attestation: Attestation, because: str) -> AttestationWithdrawn:
    """Return the fact that an attestation is taken back.

    Raises
    ------
    UsageError
        HF603: it is taken back already.
    """
    back = attestation.withdrawn
    if back is not None:
        message = f"attestation #{attestation.seq} was withdrawn on {back.at.date()} (#{back.seq})"
        raise UsageError.of("HF603", message, fix="there is nothing to do")
    return AttestationWithdrawn(
        attestation_id=attestation.id,
        system=attestation.system,
        name=attestation.name,
        role=attestation.role,
        because=because,
    )
