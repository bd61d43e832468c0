"""Mail, over the SMTP server that Holdfast is set up with: plain text, one message per delivery.

The id of a mail is made from the delivery's key, so that a repetition is the same mail; all mails of one
thing are one conversation. Header values go through `EmailMessage`, which refuses a line end in them, after
they were made one line.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Literal, TypeAlias

from holdfast.kernel.ids import derived
from holdfast.kernel.secrets import Revealed
from holdfast.kernel.text import cut, printable
from holdfast.respond.ports.channels import DeliveryDelayed, DeliveryRefused, Message, Receipt
from holdfast.respond.ports.wording import controlled, fitting, headline, one_line, plain_text

SUBJECT = 200
BODY = 200_000
Security: TypeAlias = Literal["starttls", "tls", "none"]


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in.

    Attributes
    ----------
    host, port : str, int
        Of the server.
    sender : str
        The address that mails are from.
    security : str
        `starttls` refuses to go on where the server does not offer it; `tls` speaks it from the first byte;
        `none` is for a server on the same machine.
    user, password : str, Revealed or None
        Where the server wants them.
    seconds : float
        After how long is given up.
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""
    password: Revealed | None = None
    seconds: float = 15.0


@dataclass(frozen=True)
class Mail:
    """Writes to one address."""

    server: MailServer
    to: str

    def send(self, message: Message, key: str) -> Receipt:
        """Hand in one mail."""
        mail = self._written(message, key)
        self.hand_in(mail)
        return Receipt(mail["Message-ID"])

    def hand_in(self, mail: EmailMessage) -> None:
        """Hand in a mail as it is written.

        Raises
        ------
        DeliveryRefused, DeliveryDelayed
            The server does not take it, or cannot be reached.
        """
        try:
            with self._connected() as smtp:
                smtp.send_message(mail, self.server.sender, [self.to])
        except smtplib.SMTPResponseException as error:
            raise self._answered(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise self._answered(code, said) from None
        except smtplib.SMTPNotSupportedError as error:
            why = f"the mail server {self._shown} offers no STARTTLS or no login, which the settings ask for"
            raise DeliveryRefused(why) from error
        except ssl.SSLError as error:
            raise DeliveryDelayed(
                f"the mail server {self._shown} has a certificate that is not trusted"
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryDelayed(f"the mail server {self._shown} cannot be reached or broke off") from error

    @property
    def _shown(self) -> str:
        return f"{cut(printable(self.server.host), 80)}:{self.server.port}"

    def _connected(self) -> smtplib.SMTP:
        """Return a connection that is encrypted and logged in as the settings say."""
        server, trust = self.server, ssl.create_default_context()
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.seconds, context=trust
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.seconds)
        try:
            if server.security == "starttls":
                smtp.starttls(context=trust)
            if server.user and server.password is not None:
                smtp.login(server.user, server.password.value)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _answered(self, code: int, said: bytes | str) -> DeliveryDelayed | DeliveryRefused:
        """Return what an answer of the server means: from 500 on is for good, but for a login that fails."""
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        if self.server.password is not None:
            text = text.replace(self.server.password.value, "********")
        told, why = (
            cut(printable(" ".join(text.split())), 300),
            f"the mail server {self._shown} answered {code}",
        )
        if 400 <= code < 500 or code < 0:
            return DeliveryDelayed(why, said=told, status=code)
        return DeliveryRefused(why, said=told, status=code)

    def _written(self, message: Message, key: str) -> EmailMessage:
        """Return the mail.

        Raises
        ------
        DeliveryRefused
            The address of the route is none.
        """
        mail = EmailMessage(policy=SMTP)
        domain = self.server.sender.rpartition("@")[2] or "holdfast.invalid"
        thread = f"<{derived('mail', message.dedup_key)}@{domain}>"
        try:
            mail["From"] = Address("Holdfast", addr_spec=self.server.sender)
            mail["To"] = Address(addr_spec=self.to)
            mail["Subject"] = fitting(headline(message), SUBJECT)
            mail["Date"] = format_datetime(message.at)
            mail["Message-ID"] = f"<{derived('mail', key)}@{domain}>"
            mail["References"] = thread
            mail["In-Reply-To"] = thread
            mail["Auto-Submitted"] = "auto-generated"
            mail["X-Holdfast-Delivery"] = one_line(key)
        except (ValueError, IndexError) as error:
            raise DeliveryRefused(
                "the route's mail address, or the one that mails are from, is none"
            ) from error
        mail.set_content(fitting(f"{controlled(message)}\n\n{plain_text(message)}\n", BODY))
        return mail


@dataclass(frozen=True)
class Letters:
    """Writes to one person what nobody else may read, and keeps nothing of it."""

    server: MailServer

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand in one mail now.

        Raises
        ------
        DeliveryRefused, DeliveryDelayed
            The address is none, or the server does not take it now.
        """
        mail = EmailMessage(policy=SMTP)
        try:
            mail["From"] = Address("Holdfast", addr_spec=self.server.sender)
            mail["To"] = Address(addr_spec=to)
            mail["Subject"] = fitting(one_line(subject), SUBJECT)
            mail["Message-ID"] = make_msgid(
                domain=self.server.sender.rpartition("@")[2] or "holdfast.invalid"
            )
        except (ValueError, IndexError) as error:
            raise DeliveryRefused("the mail address, or the one that mails are from, is none") from error
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        Mail(self.server, to).hand_in(mail)
