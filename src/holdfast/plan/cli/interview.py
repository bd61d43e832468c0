"""The questions of `holdfast init`: asked on a terminal, one a line with a default, or answered by flags."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from holdfast.kernel.errors import HoldfastError, UsageError, nearest
from holdfast.plan.commands import ChosenRisk, Subject

WIDEST = 96
SCALE = "severity 1 minor, 2 annoying, 3 harmful, 4 serious, 5 critical; likelihood 1 rare to 5 frequent"


@dataclass(frozen=True)
class Flags:
    """What the command line says; None where it says nothing."""

    template: str | None
    system: str | None
    name: str | None
    purpose: str | None
    owner: str | None
    approver: str | None
    harms: str | None
    sample: bool | None


@dataclass(frozen=True)
class Answers:
    """What a plan is made from."""

    template: str
    subject: Subject
    sample: bool


def by_flags(flags: Flags, folder: Path, *, defaults: bool) -> Answers:
    """Return the answers that the flags give, without a question.

    Parameters
    ----------
    defaults : bool
        Whether what is missing is taken from the defaults; else it is an error.

    Raises
    ------
    UsageError
        HF501: a flag is missing, or says what cannot be.
    """
    needed = {"--template": flags.template, "--system": flags.system, "--owner": flags.owner}
    missing = [flag for flag, said in needed.items() if said is None]
    if missing and not defaults:
        raise UsageError.of(
            "HF501",
            f"missing, and no terminal to ask on: {', '.join(missing)}",
            fix="give them, or `--yes` for the defaults",
        )
    from holdfast.plan.model.starting.template import template

    chosen = template_named(_or(flags.template, "assistant"))
    known = template(chosen)
    system = name_of(_or(flags.system, slug(folder)))
    owner, approver = _or(flags.owner, "ml-team"), _or(flags.approver, "product-lead")
    harms = categories(flags.harms) if flags.harms is not None else known.categories
    return Answers(
        chosen,
        Subject(
            system=system,
            name=prose_of(_or(flags.name, title(system))),
            purpose=prose_of(_or(flags.purpose, known.purpose)),
            owner=group_of(owner, chosen),
            approver=approver_of(approver, owner, chosen),
            risks=tuple(ChosenRisk(category) for category in harms),
        ),
        flags.sample or False,
    )


def by_asking(flags: Flags, folder: Path) -> Answers:
    """Return the answers that somebody gives on the terminal to what the flags leave open."""
    from holdfast.plan.model.starting.template import TEMPLATES, template

    say("A plan for one AI system. Enter takes what stands in brackets; Ctrl-C leaves nothing behind.")
    click.echo()
    if flags.template is None:
        for known in TEMPLATES:
            click.echo(f"  {known.name:11} {known.means}")
    chosen = flags.template or ask("What is it like", "assistant", template_named)
    chosen = template_named(chosen)
    known = template(chosen)
    system = given(flags.system, "Its id in every fact, for good", slug(folder), name_of)
    name = given(flags.name, "Its name for people", title(system), prose_of)
    purpose = given(flags.purpose, "What it does, for whom", known.purpose, prose_of)
    owner = given(
        flags.owner, "The group that answers for it", "ml-team", lambda text: group_of(text, chosen)
    )
    approver = given(
        flags.approver,
        "Who approves a release",
        "product-lead",
        lambda text: approver_of(text, owner, chosen),
    )
    if flags.harms is not None:
        risks = tuple(ChosenRisk(category) for category in categories(flags.harms))
    else:
        risks = ask_harms(chosen)
    sample = flags.sample
    if sample is None:
        click.echo()
        sample = click.confirm(
            "Write made-up records too, so that `holdfast check` runs at once", default=True
        )
    return Answers(chosen, Subject(system, name, purpose, owner, approver, risks), sample)


def ask_harms(chosen: str) -> tuple[ChosenRisk, ...]:
    """Ask what can go wrong, category by category; at least one stays."""
    from holdfast.plan.model.library.harms import harms, stakeholders
    from holdfast.plan.model.starting.template import template

    click.echo()
    say("What can go wrong? Think of everybody who may bear it:")
    for stakeholder in stakeholders():
        say(f"{stakeholder.who}: {' '.join(stakeholder.questions)}", "  ")
    say(SCALE, "  ")
    usual = template(chosen).categories
    risks: list[ChosenRisk] = []
    for harm in harms():
        click.echo()
        click.echo(f"{harm.category.upper()}: {harm.means}")
        for question in harm.questions:
            say(question, "  ? ", "    ")
        if click.confirm(f"Start with a risk of {harm.category}", default=harm.category in usual):
            risks.append(_ask_risk(chosen, harm.category))
    if not risks:
        say(f"A plan needs a risk: {usual[0]} is taken as the template has it.")
        risks.append(ChosenRisk(usual[0]))
    return tuple(risks)


def _ask_risk(chosen: str, category: str) -> ChosenRisk:
    from holdfast.plan.model.starting.template import suggested

    first = suggested(chosen, category)
    say(f"e.g. {first.harm}", "  ", "       ")
    harm = ask("What goes wrong, for whom, and what it does to them", "as above", _harm_of)
    who = ", ".join(first.stakeholders)
    return ChosenRisk(
        category,
        harm=None if harm == "as above" else harm,
        stakeholders=tuple(
            part.strip() for part in ask("Who is harmed", who, prose_of).split(",") if part.strip()
        )
        or first.stakeholders,
        severity=int(ask("Severity, 1 to 5", str(first.severity), _rank_of)),
        likelihood=int(ask("Likelihood, 1 to 5", str(first.likelihood), _rank_of)),
    )


def given(said: str | None, question: str, default: str, check: Callable[[str], str]) -> str:
    """Return what a flag says, checked, or ask for it."""
    return check(said) if said is not None else ask(question, default, check)


def ask(question: str, default: str, check: Callable[[str], str]) -> str:
    """Ask for a line until it is right."""

    def checked(text: str) -> str:
        try:
            return check(text.strip())
        except HoldfastError as error:
            wrong = error.problems[0]
            raise click.BadParameter(f"{wrong.message}: {wrong.fix}") from error

    answer: str = click.prompt(question, default=default, value_proc=checked)
    return answer


def say(text: str, first: str = "", then: str | None = None) -> None:
    """Write a paragraph, wrapped."""
    click.echo(click.wrap_text(text, WIDEST, first, first if then is None else then))


def slug(folder: Path) -> str:
    """Return a system's id from the name of its folder.

    Examples
    --------
    >>> slug(Path("/srv/Support Assistant"))
    'support-assistant'
    """
    return (
        re.sub(r"[^a-z0-9._-]+", "-", Path(os.path.normpath(folder.absolute())).name.casefold()).strip("-._")[
            :80
        ]
        or "my-system"
    )


def title(system: str) -> str:
    """Return a name for people from an id.

    Examples
    --------
    >>> title("support-assistant")
    'Support assistant'
    """
    words = re.sub(r"[-_.]+", " ", system).strip()
    return words[:1].upper() + words[1:]


def template_named(text: str) -> str:
    """Return the name of a template."""
    from holdfast.plan.model.starting.template import TEMPLATES

    names = [known.name for known in TEMPLATES]
    if text in names:
        return text
    near = nearest(text, names)
    fix = f"did you mean `{near}`?" if near else f"one of: {', '.join(names)}"
    raise UsageError.of("HF501", f"there is no template `{text}`", fix=fix)


def name_of(text: str) -> str:
    """Return a name that something is referred to by."""
    from holdfast.plan.model.words import NAME

    if NAME.fullmatch(text):
        return text
    near = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._")[:80].lower()
    fix = f"did you mean `{near}`?" if near else "letters, digits, `-`, `_` and `.`, at most 80"
    raise UsageError.of("HF501", f"`{_shown(text)}` is no name", fix=fix)


def group_of(text: str, chosen: str) -> str:
    """Return the name of a group that a template does not use itself."""
    from holdfast.plan.model.names import ANYONE
    from holdfast.plan.model.starting.template import groups_of

    name = name_of(text)
    taken = groups_of(chosen) | {ANYONE}
    if name in taken:
        fix = f"call it otherwise than {', '.join(sorted(taken))}"
        raise UsageError.of("HF501", f"`{name}` is a group that the template has already", fix=fix)
    return name


def approver_of(text: str, owner: str, chosen: str) -> str:
    """Return the name of the group that approves: never the owner."""
    name = group_of(text, chosen)
    if name == owner:
        fix = "nobody accepts the risk that they own: name another group"
        raise UsageError.of("HF501", f"`{name}` would approve its own work", fix=fix)
    return name


def prose_of(text: str) -> str:
    """Return text for people: something, and without control characters."""
    from pydantic_core import PydanticCustomError

    from holdfast.plan.model.words import prose

    try:
        return prose(text)
    except PydanticCustomError as error:
        wrong = error.context or {}
        raise UsageError.of("HF501", str(wrong.get("message")), fix=wrong.get("fix")) from error


def categories(text: str) -> tuple[str, ...]:
    """Return the categories of harm that a list names, in its order."""
    from holdfast.plan.model.starting.template import CATEGORIES

    names = list(dict.fromkeys(part.strip().casefold() for part in text.split(",") if part.strip()))
    for name in names:
        if name not in CATEGORIES:
            near = nearest(name, CATEGORIES)
            fix = f"did you mean `{near}`?" if near else f"choose among {', '.join(CATEGORIES)}"
            raise UsageError.of("HF501", f"there is no category of harm `{_shown(name)}`", fix=fix)
    if not names:
        raise UsageError.of("HF501", "--harms names none", fix=f"choose among {', '.join(CATEGORIES)}")
    return tuple(names)


def _harm_of(text: str) -> str:
    if text == "as above":
        return text
    said = prose_of(text)
    if len(said.split()) < 5:
        fix = "say what goes wrong, for whom, and what it does to them, in a sentence"
        raise UsageError.of("HF501", f"`{_shown(said)}` is too vague", fix=fix)
    return said


def _rank_of(text: str) -> str:
    if text not in {"1", "2", "3", "4", "5"}:
        raise UsageError.of("HF501", f"`{_shown(text)}` is no rank", fix="1, 2, 3, 4 or 5")
    return text


def _or(said: str | None, default: str) -> str:
    return default if said is None else said


def _shown(text: str) -> str:
    kept = "".join(letter if letter.isprintable() else "?" for letter in text)
    return kept if len(kept) <= 60 else kept[:57] + "..."
