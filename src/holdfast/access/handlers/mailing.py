"""Links by mail: to somebody who is invited, or who asks for one at the sign-in page."""

from __future__ import annotations

import hashlib
import hmac
import logging

from holdfast.access.handlers.limits import MAILS, counted
from holdfast.access.handlers.links import OWN_LASTS, drop_link, make_link
from holdfast.access.handlers.names import actors_with
from holdfast.access.handlers.room import AccessRoom
from holdfast.access.model.refusing import StandingError
from holdfast.access.model.shown import LinkShown
from holdfast.kernel.errors import HoldfastError

log = logging.getLogger("holdfast.access")


def check_route(room: AccessRoom, mail: str) -> None:
    """Refuse a mail before anybody is invited by it.

    Raises
    ------
    StandingError
        HF634: there is no mail route, or no address.
    """
    if room.mailer is None:
        raise StandingError.of("HF634", "no mail route is set up", fix="hand the link over yourself")
    if not mail.strip():
        raise StandingError.of("HF634", "there is no mail address", fix="give one, or hand the link over")


def send_link(room: AccessRoom, link: LinkShown, base: str, mail: str) -> None:
    """Send a link; one that cannot be sent opens nothing any more.

    Raises
    ------
    StandingError
        HF634: there is no mail route, or it refuses.
    """
    check_route(room, mail)
    assert room.mailer is not None  # noqa: S101 -- just checked
    text = (
        "Somebody on your team wants to let you in.\n\n"
        f"{base}{link.path}\n\n"
        f"The link works once, until {link.until:%Y-%m-%d %H:%M} UTC. Open it and press the button.\n"
        "If you did not expect this, do nothing.\n"
    )
    try:
        room.mailer.send(mail, "Your link to Holdfast", text)
    except (HoldfastError, OSError) as error:
        drop_link(room, link.secret)
        why = error.problems[0].message if isinstance(error, HoldfastError) else str(error)
        raise StandingError.of(
            "HF634", f"the mail could not be sent: {why}", fix="hand a link over yourself"
        ) from error


def mail_own_link(room: AccessRoom, base: str, mail: str) -> None:
    """Send a link to whoever has a mail address; whether anybody does is told to nobody."""
    digest = hmac.new(room.key, b"mail " + mail.strip().casefold().encode(), hashlib.sha256).hexdigest()
    if room.mailer is None or not counted(room, "mail " + digest, MAILS):
        return
    for actor, kept in actors_with(room, mail):
        person = room.directory.people().get(actor)
        if person is None or not person.may_come_in:
            continue
        try:
            send_link(room, make_link(room, actor, actor, OWN_LASTS, by_mail=True), base, kept)
        except StandingError as error:
            log.error("a sign-in link could not be sent: %s", error)
