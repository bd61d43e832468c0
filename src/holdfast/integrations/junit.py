"""JUnit XML, as test runners of many languages write it: cases by suite, and numbers that suites recorded.

There is no standard; read is what pytest, Maven Surefire, Gradle and Jest have in common. The parser takes no
document type and no entities: nothing can be expanded, and nothing is fetched.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from holdfast.evidence.model.collecting import Figures
from holdfast.evidence.model.foreign import TOTAL, ForeignResults
from holdfast.evidence.model.reading import Absurd, Misfit, Part, moment
from holdfast.evidence.views.foreign_files import CUT_OFF, ForeignFile, importing
from holdfast.kernel.figures import count, plural
from holdfast.kernel.text import cut

ROOTS = ("testsuites", "testsuite")
DEEPEST = 200
ANOTHER = "name a file that a test runner wrote as JUnit XML"


@dataclass
class Suite:
    """A suite: its cases, those of the suites in it included."""

    name: str
    said: dict[str, str]
    passed: int = 0
    bad: int = 0
    skipped: int = 0

    def count(self, name: str) -> int | None:
        """Return a count that the suite says of itself; None where it does not."""
        text = self.said.get(name, "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            message = f"suite `{cut(self.name, 60)}` says {name}={cut(text, 40)!r}"
            raise Absurd(message, "a count is a whole number that is not negative")
        return int(text)


@dataclass
class Document:
    """What was read so far."""

    figures: Figures = field(default_factory=Figures)
    begun: bool = False
    open: list[str] = field(default_factory=list)
    suites: list[Suite] = field(default_factory=list)
    outcome: str = ""
    total: Suite = field(default_factory=lambda: Suite("the file", {}))
    stamps: list[str] = field(default_factory=list)
    counted: dict[str, Suite] = field(default_factory=dict)
    recorded: list[tuple[str, float]] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        self.begun = True
        if not self.open and name not in ROOTS:
            raise Misfit(f"its root is `{cut(name, 60)}`", ANOTHER)
        if len(self.open) >= DEEPEST:
            raise Absurd("it is nested too deep", ANOTHER)
        within = self.open[-1] if self.open else ""
        self.open.append(name)
        if name == "testsuite":
            self.suites.append(Suite(attributes.get("name") or "suite", attributes))
            self.stamps.append(attributes.get("timestamp", ""))
        elif name == "testcase":
            self.outcome = "passed"
        elif within == "testcase" and name in ("failure", "error"):
            self.outcome = "bad"
        elif within == "testcase" and name == "skipped" and self.outcome == "passed":
            self.outcome = "skipped"
        elif name == "property" and self.open[-3:-1] == ["testsuite", "properties"]:
            self._property(attributes)

    def end(self, name: str) -> None:
        """End an element."""
        self.open.pop()
        if name == "testcase":
            for suite in (self.total, *self.suites):
                setattr(suite, self.outcome, getattr(suite, self.outcome) + 1)
        elif name == "testsuite":
            self._close(self.suites.pop())

    def _close(self, suite: Suite) -> None:
        tests, skipped = suite.count("tests"), suite.count("skipped") or 0
        bad = (suite.count("failures") or 0) + (suite.count("errors") or 0)
        held = suite.passed + suite.bad + suite.skipped
        if held == 0 and tests:
            if skipped + bad > tests:
                reason = f"suite `{cut(suite.name, 60)}` says {tests} tests, {bad} bad and {skipped} skipped"
                raise Absurd(reason, "let the test runner write it anew")
            suite.passed, suite.bad, suite.skipped = tests - bad - skipped, bad, skipped
            for outer in (self.total, *self.suites):
                outer.passed, outer.bad = outer.passed + suite.passed, outer.bad + suite.bad
                outer.skipped += suite.skipped
            self.figures.note(f"suite `{cut(suite.name, 60)}` holds no cases: its own counts are taken")
        elif bad > suite.bad:
            reason = (
                f"suite `{cut(suite.name, 60)}` says {bad} failures and errors, and holds {count(suite.bad)}"
            )
            raise Absurd(reason, "let the test runner write it anew")
        name, times = suite.name, 1
        while name in self.counted:
            times += 1
            name = f"{suite.name} ({times})"
        self.counted[name] = suite

    def _property(self, attributes: dict[str, str]) -> None:
        try:
            value = float(attributes.get("value", ""))
        except ValueError:
            return
        if math.isfinite(value) and attributes.get("name"):
            self.recorded.append((f"{self.suites[-1].name}/{attributes['name']}", value))


class JUnit:
    """Reads JUnit XML."""

    tool = "junit"

    def recognises(self, head: bytes) -> bool:
        """Whether a file begins like JUnit XML."""
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<testsuite" in head

    def read(self, path: Path) -> ForeignResults:
        """Return the share of cases that passed, in total and by suite; skipped cases are not trials."""
        with importing(path, self.tool) as file:
            document = _parsed(file)
            total, figures = document.total, document.figures
            if total.passed + total.bad == 0:
                raise Absurd("it holds no case that was run", "run the tests")
            if total.skipped:
                figures.note(f"not tried, because skipped: {plural(total.skipped, 'case')}")
            figures.counted(TOTAL, total.passed, total.passed + total.bad)
            if len(document.counted) > 1:
                for name, suite in document.counted.items():
                    figures.counted(name, suite.passed, suite.passed + suite.bad)
            for name, value in dict.fromkeys(document.recorded):  # pytest repeats what several tests recorded
                figures.scored(name, value)
            stamps = [stamp for stamp in document.stamps if moment(stamp) is not None]
            first = Part(min(stamps, key=moment)) if stamps else None  # type: ignore[arg-type]  # none is None
            return figures.results(self.tool, file.name, file.digest, created=first)


def _refuse(*_: object) -> None:
    raise Misfit("it declares a document type or an entity, which no test runner writes", ANOTHER)


def _parsed(file: ForeignFile) -> Document:
    document = Document()
    parser = expat.ParserCreate()
    parser.StartElementHandler = document.start
    parser.EndElementHandler = document.end
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        for piece in file.pieces():
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (LookupError, ValueError) as error:
        raise Absurd("its encoding is unknown", "let the test runner write UTF-8") from error
    except expat.ExpatError as error:
        if not document.begun:
            raise Misfit(f"it is no XML: {expat.ErrorString(error.code)}", ANOTHER) from error
        reason = f"line {count(error.lineno)}: it is no complete XML: {expat.ErrorString(error.code)}"
        raise Absurd(reason, CUT_OFF) from error
    return document
