"""Who asks, when, under which plan: what deciding needs beside the incident and the command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.access.model.principal import Principal
from holdfast.access.requests import DeniedError
from holdfast.kernel.clock import iso
from holdfast.kernel.errors import UsageError
from holdfast.kernel.sealed import Sealed
from holdfast.plan.model.plan import Plan
from holdfast.respond.model.authority import Granted, Needs, may, named


def _nothing(texts: Sequence[Sealed]) -> Sequence[str | None]:
    """Open nothing."""
    return [None] * len(texts)


@dataclass(frozen=True)
class Asking:
    """One wish: who asks, when, under which plan.

    Attributes
    ----------
    seal : callable
        Puts words away under the incident's key; the same words of one wish are sealed once.
    key : str or None
        Derived from the wish, where it has a key: the same wish is done once.
    unseal : callable
        Opens words again, for acts that read what was written; None for what was redacted.
    by_hand : bool
        Whether people move levers, so that a move is recorded as done on paper.
    named : callable
        Turns an actor into what readers know them by.
    """

    principal: Principal
    now: datetime
    plan: Plan | None
    seal: Callable[[str], Sealed]
    key: str | None = None
    unseal: Callable[[Sequence[Sealed]], Sequence[str | None]] = _nothing
    by_hand: bool = True
    named: Callable[[str], str] = str

    @property
    def actor(self) -> str:
        """Who asks."""
        return self.principal.actor

    @property
    def digest(self) -> str | None:
        """The plan's digest, which facts made under it carry."""
        return self.plan.digest if self.plan is not None else None

    def sealed(self, text: str | None) -> Sealed | None:
        """Return words as a fact holds them; None where there are none."""
        return self.seal(text) if text else None

    def happened(self, at: datetime | None) -> str | None:
        """Return when something happened, as a fact holds it.

        Raises
        ------
        UsageError
            HF793: that is in the future.
        """
        if at is None:
            return None
        if at > self.now:
            raise UsageError.of(
                "HF793", f"{iso(at)[:19]}Z has not come yet", fix="say when it happened, or leave it out"
            )
        return iso(at)

    def granted(
        self, right: str, *, facts: Mapping[str, bool] | None = None, score: int | None = None
    ) -> Granted:
        """Return on what ground this right is used.

        Raises
        ------
        DeniedError
            HF791: somebody else has it; the message names them.
        """
        answer = may(self.plan, right, self.principal, facts=facts, score=score)
        if isinstance(answer, Needs):
            raise DeniedError.of(
                "HF791",
                f"`{self.actor}` may not {named(right)}",
                fix=f"this may: {', '.join(answer.parties)}",
            )
        return answer
