"""The control library as people look at it: what a search finds, and all of it as a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from holdfast.plan.model.library.catalogue import KINDS, all_controls, find
from holdfast.plan.model.library.control import LibraryControl
from holdfast.plan.model.library.frameworks import frameworks, title_of
from holdfast.plan.model.library.harms import harms, stakeholders
from holdfast.plan.model.library.ranking import search

NEAR = 3
"""How many names are suggested."""
KIND_WORDS = {
    "data": "on data: what a model learns from, retrieves and is tested on",
    "model": "on the model: how it is trained, set and chosen",
    "inference": "while it answers: in, through the model, out",
    "human": "people: who looks, who decides, who is told",
    "monitoring": "what watches: on test sets, and in production",
    "response": "when something has gone wrong",
    "containment": "bounds around the model, its weights and its reach",
}


@dataclass(frozen=True)
class Asked:
    """What somebody looks for in the library.

    Attributes
    ----------
    words : tuple of str
        Every one must be found in a control; a single word that is a control's name means that control.
    layer, kind, harm : str or None
        What a control must have.
    framework : str or None
        An id, or the beginning of one: `OWASP-LLM01`, `ATLAS`.
    """

    words: tuple[str, ...] = ()
    layer: str | None = None
    kind: str | None = None
    harm: str | None = None
    framework: str | None = None

    @property
    def name(self) -> LibraryControl | None:
        """The control that is asked for by its name."""
        return find(self.words[0].casefold()) if len(self.words) == 1 else None

    @property
    def told(self) -> str:
        """What is asked for, in words."""
        parts = [f"`{' '.join(self.words)}`"] if self.words else []
        parts += [part for part in (self.layer, self.kind, self.harm, self.framework) if part]
        return ", ".join(parts)


def found(asked: Asked) -> tuple[LibraryControl, ...]:
    """Return the controls that are asked for, the best first; without words, in the library's order."""
    return tuple(
        control
        for control in search(asked.words)
        if (asked.layer is None or asked.layer in control.layers)
        and (asked.kind is None or asked.kind == control.kind)
        and (asked.harm is None or asked.harm in control.harms)
        and (asked.framework is None or any(_under(known, asked.framework) for known in control.frameworks))
    )


def _under(known: str, asked: str) -> bool:
    """Return whether an id is the one that is asked for or below it: ATLAS, OWASP-LLM01, MEASURE-2."""
    low, want = known.casefold(), asked.casefold().replace(" ", "-")
    inner = low.partition(":")[2] if not low.startswith("owasp") else low
    return any(
        text == want or (text.startswith(want) and not (want[-1].isdigit() and text[len(want)].isdigit()))
        for text in (low, inner)
    )


def near(asked: Asked) -> str:
    """Return the advice where nothing is found: the nearest names, or what there is."""
    close: list[str] = []
    parts = {part: control.name for control in reversed(all_controls()) for part in control.name.split("-")}
    for word in asked.words:
        close += [parts[part] for part in get_close_matches(word.casefold(), parts, n=1, cutoff=0.7)]
    if not close:
        names = [control.name for control in all_controls()]
        close += get_close_matches("-".join(asked.words).casefold(), names, n=NEAR, cutoff=0.6)
    if not close:
        # all words together were too many: what each alone would find
        close += [control.name for word in asked.words for control in search([word])[:1]]
    if close:
        return f"did you mean {', '.join(f'`{name}`' for name in list(dict.fromkeys(close))[:NEAR])}?"
    if asked.framework and not found(Asked(framework=asked.framework)):
        return f"frameworks here are {', '.join(framework.key for framework in frameworks())}"
    return "leave something out; `holdfast controls` lists all"


def as_json(controls: tuple[LibraryControl, ...]) -> dict[str, Any]:
    """Return controls for `--json`."""
    return {
        "holdfast": 1,
        "controls": [
            asdict(control)
            | {"frameworks": [{"id": known, "title": title_of(known)} for known in control.frameworks]}
            for control in controls
        ],
    }


def harms_as_json() -> dict[str, Any]:
    """Return the categories of harm and the stakeholders, with their questions, for `--json`."""
    return {
        "holdfast": 1,
        "harms": [asdict(harm) for harm in harms()],
        "stakeholders": [asdict(stakeholder) for stakeholder in stakeholders()],
    }


HEAD = """\
<!-- Made from the control library by docs/make_reference.py: change it there. -->

# The control library

What is known to hold the risks of AI systems: what each control does, which failures it answers, what would
show that it works, and a part of a plan to paste.

    holdfast controls                          all of them, one line each
    holdfast controls injection                those in which a word is found
    holdfast controls --harm bias --layer detect
    holdfast controls --framework OWASP-LLM01
    holdfast controls injection-classifier     one, whole
    holdfast controls --harms                  what can go wrong, asked

In a plan the short form `injection-classifier: library` names one. It says what you rely on, and nothing
about whether it works: paste the long form, put your own people, data and columns in, and let its gate or
indicator show it. A name that the library does not have is an error ([HF206](errors.md)).
"""


def controls_page() -> str:
    """Return docs/controls.md: every control, grouped by kind."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield HEAD
    yield "| kind | controls |"
    yield "|---|---|"
    for kind in KINDS:
        listed = ", ".join(f"[{control.name}](#{control.name})" for control in _of(kind))
        yield f"| [{kind}](#{kind}) | {listed} |"
    for kind in KINDS:
        yield f"\n## {kind}\n\nControls {KIND_WORDS[kind]}."
        for control in _of(kind):
            yield from _entry(control)
    yield "\n## Frameworks\n\nIds name where a framework asks for a control; they claim no conformity.\n"
    yield "| framework | how the ids were verified |"
    yield "|---|---|"
    for framework in frameworks():
        yield f"| {framework.name} (`{framework.key}`) | {framework.checked} |"
    yield "\n## What can go wrong, asked\n"
    for harm in harms():
        yield f"**{harm.category}**: {harm.means}.\n"
        yield from (f"- {question}" for question in harm.questions)
        yield f"- As a risk: *{harm.for_example}.*\n"
    for stakeholder in stakeholders():
        yield f"**{stakeholder.who}**: {' '.join(stakeholder.questions)}\n"


def _of(kind: str) -> list[LibraryControl]:
    return [control for control in all_controls() if control.kind == kind]


def _entry(control: LibraryControl) -> Iterator[str]:
    also = f" (also {', '.join(control.also)})" if control.also else ""
    yield f"\n### {control.name}\n"
    yield f"*{control.title}; {control.layer}{also}.* {control.does}\n"
    yield f"- Against: {'; '.join(control.failures)} ({', '.join(control.harms)})"
    yield f"- Shown by: {control.evidence}"
    if control.levers:
        yield f"- Lever: {' or '.join(control.levers)}"
    yield f"- Frameworks: {', '.join(control.frameworks)}\n"
    yield f"```yaml\n{control.example.rstrip()}\n```"
