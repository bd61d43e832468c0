"""JUnit XML, as every CI server lists tests: one suite, one case for each thing that was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from xml.etree import ElementTree

from holdfast.web.ci.texts import clean

CaseVerdict: TypeAlias = Literal["pass", "failure", "error", "skipped"]


@dataclass(frozen=True)
class TestCase:
    """One case.

    Attributes
    ----------
    name : str
    verdict : str
        `failure`: it was decided and does not hold. `error`: it could not be decided, and that blocks.
        `skipped`: it does not pass, and blocks nothing.
    message : str
        In one sentence; empty where there is nothing to say.
    seconds : float or None
        How long it took; None where nobody measured it.
    """

    __test__ = False  # pytest takes classes of this name for tests

    name: str
    verdict: CaseVerdict
    message: str = ""
    seconds: float | None = None


def junit(suite: str, cases: Sequence[TestCase]) -> str:
    """Return a suite as a JUnit file.

    Examples
    --------
    >>> print(junit("gates", [TestCase("toxicity", "pass")]))
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites tests="1" failures="0" errors="0" skipped="0">
      <testsuite name="gates" tests="1" failures="0" errors="0" skipped="0">
        <testcase classname="gates" name="toxicity" />
      </testsuite>
    </testsuites>
    <BLANKLINE>
    """
    names = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    counts = {"tests": str(len(cases))}
    counts |= {key: str(sum(case.verdict == verdict for case in cases)) for key, verdict in names.items()}
    top = ElementTree.Element("testsuites", counts)
    group = ElementTree.SubElement(top, "testsuite", {"name": clean(suite), **counts})
    for case in cases:
        about = {"classname": clean(suite), "name": clean(case.name)}
        if case.seconds is not None:
            about["time"] = f"{case.seconds:.3f}"
        told = ElementTree.SubElement(group, "testcase", about)
        message = clean(case.message)
        if case.verdict != "pass":
            why = {"message": message} | ({} if case.verdict == "skipped" else {"type": case.verdict})
            ElementTree.SubElement(told, case.verdict, why).text = message or None
        elif message:
            ElementTree.SubElement(told, "system-out").text = message
    ElementTree.indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(top, encoding="unicode")}\n'
