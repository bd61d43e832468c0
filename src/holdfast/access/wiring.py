"""What the app mounts of access: its work put together, its pages, its API, and what stands before them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from holdfast.access.commands import ChangeRoles, Invite, IssueToken
from holdfast.access.handlers import limits, links, mailing, names, people, sessions, tokens
from holdfast.access.handlers.doorkeeper import RoomDoorkeeper
from holdfast.access.handlers.room import AccessRoom
from holdfast.access.middleware.guard import Guard, check_tls
from holdfast.access.model.addresses import Seen
from holdfast.access.model.people import Person, role_of
from holdfast.access.model.permissions import Permission
from holdfast.access.model.principal import ANONYMOUS, Principal
from holdfast.access.model.refusing import NotFoundError, check_permitted, no_such
from holdfast.access.model.rules import Rules
from holdfast.access.model.shown import CameIn, Door, Issued, LinkShown, SessionShown, TokenShown
from holdfast.access.ports import Mailer
from holdfast.access.views.people import PersonShown, people_shown, person_shown
from holdfast.kernel.clock import Clock
from holdfast.ledger.ports import Ledger
from holdfast.store.store import Store

if TYPE_CHECKING:  # signing in at a provider and pages are loaded where a server uses them
    from fastapi import APIRouter

    from holdfast.access.handlers.oidc.provider import Provider

ADMINISTER = Permission.ADMINISTER


@dataclass(frozen=True)
class AccessServices:
    """The access room's work; one a process, shared by its threads.

    Attributes
    ----------
    mailer : Mailer or None
        Sends links by mail, where a route is set up.
    """

    store: Store
    ledger: Ledger
    clock: Clock
    rules: Rules
    mailer: Mailer | None = None

    @cached_property
    def room(self) -> AccessRoom:
        """What the handlers work with."""
        return AccessRoom(self.store, self.ledger, self.clock, self.rules, self.mailer)

    @cached_property
    def doorkeeper(self) -> RoomDoorkeeper:
        """What the middleware asks."""
        return RoomDoorkeeper(self.room)

    @cached_property
    def provider(self) -> Provider:
        """The identity provider.

        Raises
        ------
        NotFoundError
            HF627: none is set up.
        """
        from holdfast.access.handlers.oidc.provider import Provider

        if self.rules.oidc is None:
            raise no_such("identity provider", "")
        return Provider(self.rules.oidc, self.clock)

    @property
    def mails(self) -> bool:
        """Whether links can be sent by mail."""
        return self.mailer is not None

    @property
    def empty(self) -> bool:
        """Whether nobody is owner yet."""
        return not self.room.directory.people().admins

    @property
    def oidc_lasts(self) -> timedelta:
        """How long somebody has at the provider."""
        from holdfast.access.handlers.oidc.signing_in import LASTS

        return LASTS

    def guard(self) -> Guard:
        """Return the middleware: `app = services.guard()(app)`, outside of everything else."""
        return Guard(self.rules, self.doorkeeper)

    def tend(self) -> None:
        """Record counted denials and erase what is over; the middleware does it every minute by itself."""
        self.doorkeeper.tend()

    def now(self) -> datetime:
        """Return the present moment."""
        return self.clock.now()

    def names_of(self, actors: Collection[str]) -> Mapping[str, str]:
        """Return the names of those who have one; who was forgotten has none."""
        return names.names_of(self.room, actors)

    # coming in and going out

    def first_link(self) -> LinkShown | None:
        """Return a link that makes the owner; None once there is an admin."""
        return links.first_link(self.room)

    def look(self, secret: str, seen: Seen) -> Door:
        """Return what a link would open; looking changes nothing."""
        check_tls(seen)
        try:
            return links.look(self.room, secret)
        except NotFoundError:
            self._wrong("link", seen)
            raise

    def use(self, secret: str, name: str, agent: str, seen: Seen) -> CameIn:
        """Use a link: it works once."""
        check_tls(seen)
        try:
            return links.use(self.room, secret, name, agent)
        except NotFoundError:
            self._wrong("link", seen)
            raise

    def _wrong(self, wanted: str, seen: Seen) -> None:
        self.doorkeeper.denied(ANONYMOUS.actor, wanted, seen.address)
        limits.count_wrong(self.room, seen.address)

    def begin_oidc(self, seen: Seen, wanted: str | None, connect: str) -> tuple[str, str]:
        """Return where to send somebody, and what their browser is to keep."""
        from holdfast.access.handlers.oidc.signing_in import begin

        check_tls(seen)
        return begin(self.room, self.provider, self.base(seen), wanted, connect)

    def finish_oidc(
        self, seen: Seen, kept: str, said: Mapping[str, str], agent: str, present: Principal
    ) -> tuple[CameIn, str]:
        """Let somebody in who comes back from the provider."""
        from holdfast.access.handlers.oidc.signing_in import finish
        from holdfast.access.model.refusing import ProviderError

        check_tls(seen)
        try:
            return finish(self.room, self.provider, self.base(seen), kept, said, agent, present.actor)
        except ProviderError:
            limits.count_wrong(self.room, seen.address)
            raise

    def mail_own_link(self, seen: Seen, mail: str) -> None:
        """Send a link to whoever has a mail address; whether anybody does is told to nobody."""
        check_tls(seen)
        mailing.mail_own_link(self.room, self.base(seen), mail)

    def base(self, seen: Seen) -> str:
        """Return our own address, as links and the provider need it."""
        return self.rules.url or seen.origin

    # one's own account

    def shown(self, actor: str) -> PersonShown:
        """Return how somebody is shown."""
        person = self.room.directory.people().get(actor) or Person(actor)
        return person_shown(person, self.names_of([actor]), names.mails_of(self.room))

    def sessions(self, who: Principal, present: str) -> list[SessionShown]:
        """Return somebody's own sessions."""
        return sessions.sessions_of(self.room, who.actor, present)

    def end_session(self, who: Principal, ref: str) -> None:
        """End one of somebody's own sessions."""
        sessions.end_session(self.room, who.actor, ref)

    def sign_out(self, who: Principal, present: str, *, everywhere: bool) -> None:
        """End the present session, or all of them."""
        sessions.sign_out(self.room, who.actor, present, everywhere=everywhere)

    def own_link(self, who: Principal) -> LinkShown:
        """Return a link for another device of one's own."""
        return links.make_link(self.room, who.actor, who.actor, links.OWN_LASTS)

    def rename(self, who: Principal, name: str, mail: str) -> None:
        """Keep another name and mail address of one's own."""
        names.rename(self.room, who.actor, name, mail)

    # people and tokens, for admins

    def people(self, by: Principal) -> list[PersonShown]:
        """Return everybody."""
        check_permitted(by, ADMINISTER)
        known = self.room.directory.people()
        return people_shown(known, self.names_of(list(known.by_actor)), names.mails_of(self.room))

    def invite(self, by: Principal, command: Invite, base: str) -> LinkShown:
        """Invite somebody; return their link, which was sent by mail where that was asked for."""
        check_permitted(by, ADMINISTER)
        if command.by_mail:
            mailing.check_route(self.room, command.mail)
        roles, actor = [role_of(role) for role in command.roles], links.new_person()
        people.invite(self.room, by.actor, actor, roles, command.groups, command.name, command.mail)
        lasts = links.INVITATION_LASTS
        link = links.make_link(self.room, actor, by.actor, lasts, by_mail=command.by_mail)
        if not command.by_mail:
            return link
        mailing.send_link(self.room, link, base, command.mail)
        return LinkShown(actor, "", link.until, command.mail)

    def link(self, by: Principal, actor: str) -> LinkShown:
        """Return a new link for somebody who is known."""
        check_permitted(by, ADMINISTER)
        return links.make_link(self.room, actor, by.actor, links.ADMINS_LASTS)

    def change_roles(self, by: Principal, command: ChangeRoles) -> None:
        """Make somebody's roles and groups exactly these."""
        check_permitted(by, ADMINISTER)
        roles = [role_of(role) for role in command.roles]
        people.set_roles(self.room, by.actor, command.actor, roles, command.groups)

    def give(self, by: Principal, command: ChangeRoles) -> None:
        """Give roles and groups; others stay."""
        check_permitted(by, ADMINISTER)
        roles = [role_of(role) for role in command.roles]
        people.give(self.room, by.actor, command.actor, roles, command.groups)

    def take(self, by: Principal, command: ChangeRoles) -> None:
        """Take roles and groups; others stay."""
        check_permitted(by, ADMINISTER)
        roles = [role_of(role) for role in command.roles]
        people.take(self.room, by.actor, command.actor, roles, command.groups)

    def shut_out(self, by: Principal, actor: str) -> None:
        """End all sessions and links of somebody, who may come in again by a new one."""
        check_permitted(by, ADMINISTER)
        people.shut_out(self.room, by.actor, actor)

    def deactivate(self, by: Principal, actor: str) -> None:
        """Let somebody in no more; their sessions end at once, in every process."""
        check_permitted(by, ADMINISTER)
        people.deactivate(self.room, by.actor, actor)

    def reactivate(self, by: Principal, actor: str) -> None:
        """Let somebody come in again."""
        check_permitted(by, ADMINISTER)
        people.reactivate(self.room, by.actor, actor)

    def forget(self, by: Principal, actor: str) -> None:
        """Erase what is known of somebody; facts keep the opaque id, and the chain verifies."""
        check_permitted(by, ADMINISTER)
        people.forget(self.room, by.actor, actor)

    def tokens(self, by: Principal) -> list[TokenShown]:
        """Return all tokens."""
        check_permitted(by, ADMINISTER)
        return tokens.tokens_of(self.room)

    def issue(self, by: Principal, command: IssueToken) -> Issued:
        """Issue a token; its text is shown this once."""
        check_permitted(by, ADMINISTER)
        return tokens.issue(self.room, by.actor, command.name, command.scopes, command.until)

    def revoke(self, by: Principal, actor: str) -> None:
        """Take a token out of use, in every process at once."""
        check_permitted(by, ADMINISTER)
        tokens.revoke(self.room, by.actor, actor)


def access_pages(services: AccessServices) -> APIRouter:
    """Return the pages: signing in, the account, people and tokens."""
    from fastapi import APIRouter

    from holdfast.access.pages import account, people, signing_in

    router = APIRouter(include_in_schema=False)
    router.include_router(signing_in.pages(services))
    router.include_router(account.pages(services))
    router.include_router(people.pages(services))
    return router


def access_api(services: AccessServices) -> APIRouter:
    """Return the API: who asks, people, tokens."""
    from holdfast.access.api.people import api

    return api(services)
