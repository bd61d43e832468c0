"""All rules over one plan, and what its comments ignore."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from holdfast.kernel.codes import CODES
from holdfast.kernel.errors import did_you_mean
from holdfast.kernel.text import printable
from holdfast.plan.model.lint.comments import IgnoreComment, ignore_comments
from holdfast.plan.model.lint.registry import IGNORING, RULES, Known, Rule
from holdfast.plan.model.lint.subject import Found, Ignored, Level, LintFinding, Subject
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.masking import masked
from holdfast.plan.model.refusals import shown
from holdfast.plan.model.tree import Path


@dataclass(frozen=True)
class Linted:
    """What lint found.

    Attributes
    ----------
    findings : tuple of LintFinding
        Sorted by place; notes included.
    ignored : tuple of Ignored
        What comments in the plan ignore, each with its reason.
    """

    findings: tuple[LintFinding, ...]
    ignored: tuple[Ignored, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing was found; notes do not count."""
        return all(finding.level == "note" for finding in self.findings)


def lint(subject: Subject, rules: Sequence[Rule] = RULES) -> Linted:
    r"""Return everything that the rules find in a plan.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from pathlib import Path
    >>> from holdfast.plan.model.document import parse_document
    >>> from holdfast.plan.model.loading import load
    >>> plan = load([parse_document("holdfast: 1\nsystem: {id: triage, name: Triage}", "p.yaml")], Path())
    >>> [finding.code for finding in lint(Subject(plan, datetime(2026, 11, 21, tzinfo=UTC))).findings]
    ['HF106']
    """
    found = [
        _finding(subject.loaded, rule.code, rule.level, each) for rule in rules for each in rule.find(subject)
    ]
    comments = list(ignore_comments(subject.loaded.tree))
    kept, ignored, used = _sorted_out(subject.loaded, dict.fromkeys(found), comments)
    kept += _about_comments(subject, comments, used, rules)
    order = {name: at for at, name in enumerate(subject.loaded.files)}

    def position(finding: LintFinding) -> tuple[int, int, int, str]:
        place = finding.place
        return order.get(place.file, len(order)), place.line, place.column, finding.code

    return Linted(
        tuple(sorted(kept, key=position)), tuple(sorted(ignored, key=lambda each: position(each.finding)))
    )


def _finding(loaded: LoadedPlan, code: str, level: Level, found: Found) -> LintFinding:
    place = found.place if found.place is not None else loaded.place(found.path)
    message, fix = (masked(printable(text)) for text in (found.message, found.fix))
    return LintFinding(code, level, CODES[code], message, place, fix, found.path)


def _sorted_out(
    loaded: LoadedPlan, found: Iterable[LintFinding], comments: list[IgnoreComment]
) -> tuple[list[LintFinding], list[Ignored], set[tuple[IgnoreComment, str]]]:
    """Return what is kept, what is ignored, and which comments ignored something."""
    kept, ignored = [], []
    used: set[tuple[IgnoreComment, str]] = set()
    at: dict[tuple[str, int, str], IgnoreComment] = {}
    for comment in comments:
        for code in comment.codes if comment.because else ():
            at[comment.place.file, comment.line, code] = comment
    for finding in found:
        meant = [at[line] for line in _lines(loaded, finding) if line in at] if at else []
        used.update((comment, finding.code) for comment in meant)
        if meant:
            ignored.append(Ignored(finding, meant[0].because))
        else:
            kept.append(finding)
    return kept, ignored, used


def _lines(loaded: LoadedPlan, finding: LintFinding) -> list[tuple[str, int, str]]:
    """Return where a comment may ignore a finding: its line, and the first lines of what holds it."""
    places = [finding.place, *(loaded.place(path) for path in _wholes(finding.path))]
    return [(place.file, place.line, finding.code) for place in places]


def _wholes(path: Path) -> Iterator[Path]:
    """Yield the parts of the plan that hold a path, but for whole sections."""
    steps = path[:-1] if path and path[-1] == "[key]" else path
    for length in range(len(steps), 1, -1):
        yield steps[:length]


def _about_comments(
    subject: Subject,
    comments: list[IgnoreComment],
    used: set[tuple[IgnoreComment, str]],
    rules: Sequence[Rule],
) -> Iterator[LintFinding]:
    """Yield what is wrong with the comments themselves: nobody may ignore that."""
    by_code = {rule.code: rule for rule in rules}
    known = _known(subject)
    for comment in comments:
        unknown = [code for code in comment.codes if code not in by_code]
        if not comment.codes:
            message, fix = "an ignore that names no code", "write `# holdfast: ignore[HF103] because ...`"
        elif unknown:
            message = f"an ignore of {shown(unknown[0])}, which is no code of lint"
            fix = did_you_mean(unknown[0], by_code)
        elif not comment.because:
            message = "an ignore without its reason: nobody can tell whether it still holds"
            fix = f"write `# holdfast: ignore[{', '.join(comment.codes)}] because ...`"
        else:
            idle = [
                code for code in comment.codes if (comment, code) not in used and by_code[code].knows <= known
            ]
            if idle:
                found = Found(
                    (),
                    f"nothing to ignore: {' and '.join(idle)} finds nothing here",
                    "remove it",
                    comment.place,
                )
                yield _finding(subject.loaded, IGNORING, "note", found)
            continue
        yield _finding(subject.loaded, IGNORING, "error", Found((), message, fix, comment.place))


def _known(subject: Subject) -> set[Known]:
    """Return what was looked at in full, so that finding nothing means something."""
    known: set[Known] = set()
    if subject.data is not None and subject.data.complete:
        known.add("data")
    if subject.standing.known:
        known.add("ledger")
    return known
