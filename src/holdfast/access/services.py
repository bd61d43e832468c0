"""What the pages, the API and the commands of access ask for; the wiring fulfils it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from holdfast.access.commands import ChangeRoles, Invite, IssueToken
from holdfast.access.model.addresses import Seen
from holdfast.access.model.principal import Principal
from holdfast.access.model.rules import Rules
from holdfast.access.model.shown import CameIn, Door, Issued, LinkShown, SessionShown, TokenShown
from holdfast.access.views.people import PersonShown


class SignIns(Protocol):
    """How somebody comes in and goes out."""

    @property
    def rules(self) -> Rules:
        """How access is set up."""
        ...

    @property
    def mails(self) -> bool:
        """Whether links can be sent by mail."""
        ...

    @property
    def empty(self) -> bool:
        """Whether nobody is owner yet."""
        ...

    @property
    def oidc_lasts(self) -> timedelta:
        """How long somebody has at the provider."""
        ...

    def base(self, seen: Seen) -> str:
        """Return our own address, as links and the provider need it."""
        ...

    def now(self) -> datetime:
        """Return the present moment."""
        ...

    def look(self, secret: str, seen: Seen) -> Door:
        """Return what a link would open."""
        ...

    def use(self, secret: str, name: str, agent: str, seen: Seen) -> CameIn:
        """Use a link."""
        ...

    def begin_oidc(self, seen: Seen, wanted: str | None, connect: str) -> tuple[str, str]:
        """Return where to send somebody, and what their browser is to keep."""
        ...

    def finish_oidc(
        self, seen: Seen, kept: str, said: Mapping[str, str], agent: str, present: Principal
    ) -> tuple[CameIn, str]:
        """Let somebody in who comes back from the provider."""
        ...

    def mail_own_link(self, seen: Seen, mail: str) -> None:
        """Send a link to whoever has a mail address."""
        ...


class Accounts(Protocol):
    """What somebody who is signed in does with their own account."""

    def shown(self, actor: str) -> PersonShown:
        """Return how somebody is shown."""
        ...

    def sessions(self, who: Principal, present: str) -> list[SessionShown]:
        """Return somebody's own sessions."""
        ...

    def end_session(self, who: Principal, ref: str) -> None:
        """End one of somebody's own sessions."""
        ...

    def sign_out(self, who: Principal, present: str, *, everywhere: bool) -> None:
        """End the present session, or all of them."""
        ...

    def own_link(self, who: Principal) -> LinkShown:
        """Return a link for another device of one's own."""
        ...

    def rename(self, who: Principal, name: str, mail: str) -> None:
        """Keep another name and mail address of one's own."""
        ...


class Administration(Protocol):
    """What admins do with people and tokens. All of it refuses who may not."""

    def now(self) -> datetime:
        """Return the present moment."""
        ...

    def people(self, by: Principal) -> list[PersonShown]:
        """Return everybody."""
        ...

    def invite(self, by: Principal, command: Invite, base: str) -> LinkShown:
        """Invite somebody."""
        ...

    def link(self, by: Principal, actor: str) -> LinkShown:
        """Return a new link for somebody who is known."""
        ...

    def change_roles(self, by: Principal, command: ChangeRoles) -> None:
        """Make somebody's roles and groups exactly these."""
        ...

    def give(self, by: Principal, command: ChangeRoles) -> None:
        """Give roles and groups; others stay."""
        ...

    def take(self, by: Principal, command: ChangeRoles) -> None:
        """Take roles and groups; others stay."""
        ...

    def shut_out(self, by: Principal, actor: str) -> None:
        """End all sessions and links of somebody."""
        ...

    def deactivate(self, by: Principal, actor: str) -> None:
        """Let somebody in no more."""
        ...

    def reactivate(self, by: Principal, actor: str) -> None:
        """Let somebody come in again."""
        ...

    def forget(self, by: Principal, actor: str) -> None:
        """Erase what is known of somebody."""
        ...

    def tokens(self, by: Principal) -> list[TokenShown]:
        """Return all tokens."""
        ...

    def issue(self, by: Principal, command: IssueToken) -> Issued:
        """Issue a token."""
        ...

    def revoke(self, by: Principal, actor: str) -> None:
        """Take a token out of use."""
        ...


class Services(SignIns, Accounts, Administration, Protocol):
    """All of it."""
