"""What `holdfast check` writes for continuous integration, beside its report."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from holdfast.gate.views.context import Report
from holdfast.kernel.errors import HoldfastError, UsageError

Command = TypeVar("Command", bound=Callable[..., Any])
SUMMARY = "GITHUB_STEP_SUMMARY"
LARGEST_SUMMARY = 1_000_000
"""Bytes; GitHub refuses a step's summary of more than 1 MiB as a whole."""


def ci_options(command: Command) -> Command:
    """Give a command the options that name files and channels of continuous integration."""
    file = click.Path(path_type=Path)
    for option in (
        click.option(
            "--github",
            is_flag=True,
            help="Print annotations for GitHub Actions; append the Markdown to $GITHUB_STEP_SUMMARY.",
        ),
        click.option("--gitlab", type=file, help="Write what does not pass as GitLab code quality, too."),
        click.option("--junit", type=file, help="Write the gates as JUnit test cases, too."),
        click.option("--sarif", type=file, help="Write what does not pass as SARIF 2.1.0, too."),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Outputs:
    """Where a check is told, beside the terminal.

    Attributes
    ----------
    page : Path
        The HTML report.
    markdown, sarif, junit, gitlab : Path or None
        Files to write, too.
    summary : Path or None
        What GitHub shows of a step: Markdown is appended to it.
    github : bool
        Whether annotations are printed.
    """

    page: Path
    markdown: Path | None = None
    sarif: Path | None = None
    junit: Path | None = None
    gitlab: Path | None = None
    summary: Path | None = None
    github: bool = False

    @classmethod
    def asked(
        cls,
        page: Path,
        markdown: Path | None,
        options: Mapping[str, Any],
        *,
        as_json: bool,
        environment: Mapping[str, str] = os.environ,
    ) -> Outputs:
        """Return the outputs that were asked for, once it is known that all of them can be written.

        Raises
        ------
        UsageError
            HF501: annotations and JSON on one standard output. HF503: a file that cannot be written, or that
            is named twice.
        """
        github = bool(options["github"])
        if github and as_json:
            fix = "leave one of them out, or write the annotations' findings with --sarif"
            raise UsageError.of("HF501", "--github and --json both write standard output", fix=fix)
        named = environment.get(SUMMARY) if github else None
        outputs = cls(
            page,
            markdown,
            options["sarif"],
            options["junit"],
            options["gitlab"],
            Path(named) if named else None,
            github,
        )
        outputs._prepare()
        return outputs

    def _prepare(self) -> None:
        from holdfast.web.ci.gitlab import is_code_quality
        from holdfast.web.ci.sarif import is_sarif
        from holdfast.web.files import appendable, prepared

        files = [self.page, self.markdown, self.sarif, self.junit, self.gitlab]
        named = [path.absolute() for path in files if path is not None]
        twice = next((path for path in named if named.count(path) > 1), None)
        if twice is not None:
            raise UsageError.of(
                "HF503", f"`{twice.name}` is named for two outputs", fix="give each its own file"
            )
        for path in (self.page, self.markdown, self.junit):
            if path is not None:
                prepared(path)
        if self.sarif is not None:
            prepared(self.sarif, ours=is_sarif)
        if self.gitlab is not None:
            prepared(self.gitlab, ours=is_code_quality)
        if self.summary is not None:
            appendable(self.summary)

    @contextmanager
    def annotated(self) -> Iterator[None]:
        """Tell a refusal as annotations, too: the plan's line that is wrong is shown beside the code."""
        try:
            yield
        except HoldfastError as error:
            if self.github:
                click.echo(_refused(error), nl=False)
            raise

    def write(self, report: Report, html: str, markdown: str, version: str) -> None:
        """Write every file that was asked for.

        Raises
        ------
        UsageError
            HF503: one of them cannot be written any more.
        """
        from holdfast.gate.views.ci import cases_of, findings_of
        from holdfast.web.ci.gitlab import code_quality, is_code_quality
        from holdfast.web.ci.junit import junit
        from holdfast.web.ci.sarif import is_sarif, sarif
        from holdfast.web.files import append, write

        found = findings_of(report)
        write(self.page, html)
        if self.markdown is not None:
            write(self.markdown, markdown)
        if self.sarif is not None:
            write(self.sarif, _json(sarif(found, version)), ours=is_sarif)
        if self.junit is not None:
            write(self.junit, junit(f"holdfast {report.system}", cases_of(report)))
        if self.gitlab is not None:
            write(self.gitlab, _json(code_quality(found)), ours=is_code_quality)
        if self.summary is not None:
            short = f"{report.headline} The summary is too large for GitHub: see the report.\n"
            append(self.summary, markdown if len(markdown.encode()) <= LARGEST_SUMMARY else short)

    def annotate(self, report: Report) -> None:
        """Print annotations, where they were asked for."""
        if self.github:
            from holdfast.gate.views.ci import findings_of
            from holdfast.web.ci.github import workflow_commands

            click.echo(workflow_commands(findings_of(report)), nl=False)


def _refused(error: HoldfastError) -> str:
    from holdfast.kernel.codes import CODES
    from holdfast.web.ci.finding import Finding
    from holdfast.web.ci.github import workflow_commands

    return workflow_commands(
        [
            Finding(each.code, "error", each.message, each.place, each.fix or "", CODES.get(each.code, ""))
            for each in error.problems
        ]
    )


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"
