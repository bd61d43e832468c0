"""Settings: where each comes from, its default and what it does. docs/settings.md is made from this table."""

from __future__ import annotations

import getpass
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from holdfast.kernel.errors import UsageError
from holdfast.kernel.ids import ACTOR, ACTOR_RULE, derived


@dataclass(frozen=True)
class Setting:
    """One environment variable that Holdfast reads."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HOLDFAST_LEDGER",
        "`ledger.db` in the state folder",
        "Where facts are kept: a path, `sqlite:///path`, `postgresql://user:$PASSWORD@host/database`, or"
        " `$NAME` for the whole of it. The same as `--ledger`, which wins. A check"
        " that is given neither says *looks unknown*: a ledger that comes and goes cannot know how often was"
        " looked.",
    ),
    Setting(
        "HOLDFAST_HOME",
        "`.holdfast/` beside the plan",
        "The state folder: the ledger, the last report.",
    ),
    Setting(
        "HOLDFAST_ACTOR",
        "an id derived from user and machine",
        "Who acts, as an opaque id (letters, digits and `-_.:@`, at most 80). It is written into facts and"
        " can never be taken out of them again, so do not use a name or an address.",
    ),
    Setting(
        "HOLDFAST_ENGINE_SECONDS",
        "600",
        "After how many seconds a database's or warehouse's answer to one query is given up.",
    ),
    Setting(
        "HOLDFAST_SQL",
        "unset",
        "A file to which every statement is added that a database or warehouse is asked, with how many rows"
        " came back and how long that took. It holds what the plan says, and no value of a record.",
    ),
    Setting(
        "HOLDFAST_KEEP_MINUTES",
        "`7d`",
        "How long `holdfast rollup compact` leaves states by the minute; what is older becomes hours. It is a"
        " setting and no part of the plan: it says how much room a machine gives, not what is promised.",
    ),
    Setting("HOLDFAST_KEEP_HOURS", "`90d`", "The same for hours; what is older becomes days, which stay."),
    Setting(
        "HOLDFAST_VAULT_KEY",
        "the file `key` in the state folder, made at first use",
        "The vault's master key: 32 random bytes in base64. Several with commas between while it is changed:"
        " the present one first. Whoever has it and the store can read every sealed text.",
    ),
    Setting("HOLDFAST_WORKSPACE", "`Holdfast`", "What the workspace is called, at the top of every page."),
    Setting(
        "HOLDFAST_URL",
        "where `holdfast serve` listens",
        "The address at which people reach the server, such as `https://holdfast.example`: links in messages"
        " begin with it, and the server answers to its name only.",
    ),
    Setting(
        "HOLDFAST_PAGERDUTY_SECRETS",
        "unset",
        "The secret of PagerDuty's webhook subscription; several with commas between while it is changed.",
    ),
    Setting(
        "HOLDFAST_SMTP",
        "unset",
        "The mail server that routes by mail use: `smtp://user@mail.example:587` insists on STARTTLS,"
        " `smtps://mail.example` speaks TLS from the first byte, `smtp+plain://localhost` does neither.",
    ),
    Setting("HOLDFAST_SMTP_PASSWORD", "unset", "The password of the user in `HOLDFAST_SMTP`."),
    Setting("HOLDFAST_MAIL_FROM", "`holdfast@` and the server's name", "The address that mails are from."),
    Setting(
        "HOLDFAST_LOG",
        "`info`, on a terminal `warning`",
        "How much the server and the worker write to standard error, as JSON lines: `debug`, `info`,"
        " `warning` or `error`. Ids and figures, never what a person wrote.",
    ),
    Setting(
        "HOLDFAST_UPLOAD_BYTES",
        "104857600",
        "How many bytes a file of evidence may have, up to 10 GB. What says that it is larger is refused"
        " before anything of it is read.",
    ),
    Setting(
        "HOLDFAST_HOSTS",
        "unset",
        "Further names under which the server answers, with commas; loopback, IP addresses and the host of"
        " `HOLDFAST_URL` always count ([access.md](access.md)).",
    ),
    Setting(
        "HOLDFAST_TRUSTED_PROXIES",
        "unset",
        "Addresses or networks, with commas, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
    ),
    Setting("HOLDFAST_SESSION_IDLE", "`7d`", "After which time without a request a session ends."),
    Setting("HOLDFAST_SESSION_LONGEST", "`30d`", "After which time a session ends in any case."),
    Setting(
        "HOLDFAST_OIDC_ISSUER",
        "unset",
        "The identity provider's issuer, exactly as it writes it: people sign in there"
        " ([access.md](access.md#openid-connect)).",
    ),
    Setting("HOLDFAST_OIDC_CLIENT_ID", "unset", "What the provider calls this server."),
    Setting(
        "HOLDFAST_OIDC_CLIENT_SECRET", "unset", "Its secret; none for a public client, PKCE is always used."
    ),
    Setting("HOLDFAST_OIDC_NAME", "`your organisation`", "What the button says: Sign in with ..."),
    Setting("HOLDFAST_OIDC_SCOPES", "`openid profile email`", "What is asked for."),
    Setting(
        "HOLDFAST_OIDC_ROLES",
        "unset",
        "Which values of which claim give which roles: `groups: oncall=responder+commander, leads=approver`."
        " Roles that stand here follow the claim at each sign-in; others stay as admins left them.",
    ),
    Setting(
        "HOLDFAST_OIDC_STRANGERS",
        "`viewer`",
        "`viewer`: whoever the provider vouches for may see. `refused`: only who was invited and connected"
        " their account, or gets a role by HOLDFAST_OIDC_ROLES.",
    ),
    Setting("NO_COLOR", "unset", "Set to anything: no colour on the terminal."),
)


LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True)
class ServerSettings:
    """What only the server and the worker need.

    Attributes
    ----------
    workspace : str
        What the workspace is called.
    url : str or None
        Where people reach the server, without a slash at its end; None for where it listens.
    log : str or None
        How much is logged; None for what fits where it is written.
    """

    workspace: str = "Holdfast"
    url: str | None = None
    log: str | None = None


@dataclass(frozen=True)
class Settings:
    """The settings of one run, read once.

    Attributes
    ----------
    ledger : str or None
        The ledger's URL or path where one was given; None for the one in the state folder.
    home : Path or None
        The state folder where one was given; None for `.holdfast/` beside the plan.
    actor : str
        An opaque id.
    engine_seconds : float
        After how long a database's answer is given up.
    said : Path or None
        Where the statements are written that a database was asked.
    keep_minutes, keep_hours : str
        How long states are kept by the minute and by the hour, as plans write a time.
    vault_key : str or None
        The vault's master key where the environment gives it; never shown.
    server : ServerSettings
        What only the server and the worker need.
    upload_bytes : int
        How large a file of evidence may be.
    program : tuple of str
        The program as it was called, with its own options: a command that is told must find the same ledger.
    """

    ledger: str | None
    home: Path | None
    actor: str
    engine_seconds: float = 600.0
    program: tuple[str, ...] = ("holdfast",)
    keep_minutes: str = "7d"
    keep_hours: str = "90d"
    said: Path | None = None
    vault_key: str | None = field(default=None, repr=False)
    server: ServerSettings = ServerSettings()
    upload_bytes: int = 100 * 2**20

    def state_folder(self, beside: Path) -> Path:
        """Return the folder that holds ledger and report for a plan that lives in `beside`."""
        return self.home if self.home is not None else beside / ".holdfast"


def read_settings(environment: Mapping[str, str], ledger: str | None = None) -> Settings:
    """Return the settings from the environment; `ledger` is what the command line says.

    Raises
    ------
    UsageError
        A setting has a value that it cannot have.
    """
    home = environment.get("HOLDFAST_HOME") or None
    actor = environment.get("HOLDFAST_ACTOR") or _own_id()
    if not ACTOR.fullmatch(actor):
        raise UsageError.of(
            "HF501",
            f"HOLDFAST_ACTOR is {actor[:80]!r}",
            fix=ACTOR_RULE,
        )
    return Settings(
        ledger or environment.get("HOLDFAST_LEDGER") or None,
        Path(home) if home else None,
        actor,
        _seconds(environment.get("HOLDFAST_ENGINE_SECONDS") or "600"),
        ("holdfast", "--ledger", without_password(ledger)) if ledger else ("holdfast",),
        environment.get("HOLDFAST_KEEP_MINUTES") or "7d",
        environment.get("HOLDFAST_KEEP_HOURS") or "90d",
        _file("HOLDFAST_SQL", environment),
        environment.get("HOLDFAST_VAULT_KEY") or None,
        _server(environment),
        _bytes("HOLDFAST_UPLOAD_BYTES", environment, 100 * 2**20),
    )


def without_password(url: str) -> str:
    """Return a ledger's URL as it may be shown: a password in it becomes a name.

    Examples
    --------
    >>> without_password("postgresql://ann:s3cret@db.example/facts")
    'postgresql://ann:$PASSWORD@db.example/facts'
    >>> without_password("postgresql://ann:$PW@db.example/facts")
    'postgresql://ann:$PW@db.example/facts'
    """
    start, separator, rest = url.partition("://")
    if not separator or start.lower() == "sqlite":
        return url
    login, at, host = rest.rpartition("@")
    user, colon, password = login.partition(":")
    if colon and not (password.startswith("$") and password[1:].isidentifier()):
        login = f"{user}:$PASSWORD"
    return f"{start}://{login}{at}{host.partition('?')[0]}"


def _server(environment: Mapping[str, str]) -> ServerSettings:
    url, log = environment.get("HOLDFAST_URL") or None, environment.get("HOLDFAST_LOG") or None
    if url is not None and not re.fullmatch(r"https?://[^/?#@\s]+(/[^?#\s]*)?", url):
        raise UsageError.of(
            "HF501", f"HOLDFAST_URL is {url[:80]!r}", fix="an address such as https://holdfast.example"
        )
    if log is not None and log not in LOG_LEVELS:
        raise UsageError.of("HF501", f"HOLDFAST_LOG is {log[:80]!r}", fix=f"one of {', '.join(LOG_LEVELS)}")
    workspace = (environment.get("HOLDFAST_WORKSPACE") or "").strip()[:80]
    return ServerSettings(workspace or "Holdfast", url.rstrip("/") if url else None, log)


def _file(name: str, environment: Mapping[str, str]) -> Path | None:
    path = Path(environment.get(name) or "")
    if path == Path():
        return None
    if path.is_dir() or not path.parent.is_dir():
        raise UsageError.of("HF501", f"{name} is {str(path)[:80]!r}", fix="a file in a folder that is there")
    return path


def _bytes(name: str, environment: Mapping[str, str], default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= 10**10:
        fix = f"a number of bytes up to 10000000000, such as {default}"
        raise UsageError.of("HF501", f"{name} is {text[:40]!r}", fix=fix)
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 1_000_000:
        fix = "a number of seconds, such as 600"
        raise UsageError.of("HF501", f"HOLDFAST_ENGINE_SECONDS is {text[:80]!r}", fix=fix)
    return seconds


def _own_id() -> str:
    """Return an id that is the same for the same user on the same machine and tells neither."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user id that no table knows, as in a container
        user = "unknown"
    return "cli-" + derived("actor", user, platform.node())[:8]


def time_of(name: str, text: str) -> timedelta:
    """Return the length of time that a setting says, as plans write it.

    Raises
    ------
    UsageError
        HF501: it says none.

    Examples
    --------
    >>> time_of("HOLDFAST_KEEP_MINUTES", "7d")
    datetime.timedelta(days=7)
    """
    from holdfast.plan.model.values import duration

    try:
        return duration(text).delta
    except ValueError as error:
        raise UsageError.of(
            "HF501", f"{name} is {text[:40]!r}", fix="write a length of time such as 7d or 36h"
        ) from error
