"""A command as it must be typed, so that people can copy what they are told to do next."""

from __future__ import annotations

import shlex
from dataclasses import dataclass


@dataclass(frozen=True)
class Typed:
    """How this plan is asked for on the command line.

    Attributes
    ----------
    program : tuple of str
        The program with the options of its own that were given.
    plan : str
        The plan's argument; empty where it is the one of this folder.
    bundle : str
        The bundle that was named; empty where the plan's card names it.

    Examples
    --------
    >>> Typed(plan="examples/triage").command("gate", "sign", "sign-off", "--as", "privacy")
    'holdfast gate sign sign-off --as privacy examples/triage'
    """

    program: tuple[str, ...] = ("holdfast",)
    plan: str = ""
    bundle: str = ""

    def command(self, *words: str) -> str:
        """Return a command for this plan and bundle."""
        bundle = ("--bundle", self.bundle) if self.bundle else ()
        plan = (self.plan,) if self.plan else ()
        return shlex.join((*self.program, *words, *bundle, *plan))
