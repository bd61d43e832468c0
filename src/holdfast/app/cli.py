"""The command line: it finds commands by name and loads a command's code only when it is called."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from holdfast.app.surface import COMMANDS, CommandEntry
from holdfast.kernel.errors import HoldfastError, UsageError, did_you_mean

UNREAD = 141
"""The exit code when nobody reads the output to its end, as a shell reports it: neither a pass nor a fail."""
EXIT_CODES = "Exit codes: 0 pass or done, 1 fail, 2 inconclusive, 3 the plan or the input is wrong."


class Commands(click.Group):
    """A group whose commands are table entries until they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table: the order of a release, not of the alphabet."""
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded."""
        for entry in COMMANDS:
            if entry.name == cmd_name:
                return _load(entry)
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named, or refuse with the nearest name."""
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            raise UsageError.of(
                "HF501",
                f"there is no command `{args[0]}`",
                fix=did_you_mean(args[0], self.list_commands(ctx)),
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.summary) for entry in COMMANDS])


def _load(entry: CommandEntry) -> click.Command:
    module, _, attribute = entry.target.partition(":")
    command = getattr(import_module(module), attribute)
    assert isinstance(command, click.Command)  # noqa: S101 -- tests/app loads every entry
    return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
@click.option(
    "--ledger",
    metavar="URL",
    help="Where facts are kept: a path or postgresql://user:$PASSWORD@host/database. Default:"
    " HOLDFAST_LEDGER, else .holdfast/ledger.db beside the plan.",
)
@click.version_option(package_name="holdfast", message="%(prog)s %(version)s")
@click.pass_context
def holdfast(ctx: click.Context, ledger: str | None) -> None:
    """Holdfast keeps AI systems safe to run.

    One plan in your repository decides whether an AI system may ship. Start with `holdfast init`.
    """
    from holdfast.app.bootstrap import Application
    from holdfast.app.settings import read_settings

    ctx.obj = Application(read_settings(os.environ, ledger))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    # a command is short: looking for circles of garbage while libraries load would be a tenth of its time
    gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a sign that the terminal's encoding does not have is no reason to lose a verdict
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every refusal is told in one shape on standard error."""
    try:
        code = holdfast.main(arguments, prog_name="holdfast", standalone_mode=False)
    except HoldfastError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.UsageError as error:
        click.echo(f"error[HF501]: {_sentence(error.format_message())}: {_advice(error)}", err=True)
        return 3
    except click.ClickException as error:
        click.echo(f"error[HF501]: {_sentence(error.format_message())}", err=True)
        return 3
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return 130
    except SystemExit:
        # how click and rich answer a reader that has enough: with 1, which would be a verdict
        return UNREAD
    return code if isinstance(code, int) else 0


def _sentence(message: str) -> str:
    return message.rstrip(".").replace("\n", " ")


def _advice(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx is not None else "holdfast"
    return f"see `{path} --help`"
