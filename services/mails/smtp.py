"""The mail server: where it is, and handing messages over to it."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from urllib.parse import unquote, urlsplit

TIMEOUT = 30.0  # seconds for each answer of the server
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Undelivered(Exception):
    """The server did not take a message. `is_final`: trying again will not help."""

    def __init__(self, words: str, *, is_final: bool) -> None:
        super().__init__(words)
        self.words = words
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server and how to talk to it: `scheme` smtp, smtp+starttls or smtps."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, url: str) -> MailServer:
        """From SMTP_URL: smtp://host:25, smtp+starttls://user:password@host:587, smtps://user:password@host:465.

        A password never travels in clear: with a user, smtp:// to another machine means STARTTLS. Raises ValueError.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("SMTP_URL must look like smtp://user:password@host:port, smtp+starttls:// or smtps://")
        scheme = parts.scheme
        if scheme == "smtp" and parts.username and parts.hostname not in _LOOPBACK:
            scheme = "smtp+starttls"
        port = parts.port or _PORTS[parts.scheme]
        return cls(scheme, parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""))


class Courier:
    """A connection that is opened for the first message and kept for the next ones."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Courier:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.hang_up()

    def deliver(self, message: EmailMessage) -> str:
        """Hand a message over; returns words about recipients that were refused while others were served.

        Raises Undelivered with the server's words.
        """
        try:
            connection = self._open()
        except (smtplib.SMTPException, OSError) as fault:  # the server's or our settings' fault, not the mail's
            raise Undelivered(_told(fault), is_final=False) from fault
        try:
            refused = connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as fault:
            self._reset()
            raise Undelivered(_refusals(fault.recipients), is_final=_is_final(fault.recipients)) from fault
        except smtplib.SMTPResponseException as fault:
            self._reset()
            raise Undelivered(_told(fault), is_final=fault.smtp_code >= 500) from fault
        except (smtplib.SMTPException, OSError) as fault:
            self.hang_up()
            raise Undelivered(_told(fault), is_final=False) from fault
        return _refusals(refused)

    def hang_up(self) -> None:
        """Close the connection; the next message opens another."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()

    def _open(self) -> smtplib.SMTP:
        if self._connection is None:
            connection = self._connect()
            try:
                if self._server.scheme == "smtp+starttls":
                    connection.starttls(context=ssl.create_default_context())
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
            except BaseException:
                connection.close()  # never kept half open: the next mail would go in clear
                raise
            self._connection = connection
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)

    def _reset(self) -> None:
        """Forget the refused message, so that the next one starts clean."""
        if self._connection is not None:
            try:
                self._connection.rset()
            except (smtplib.SMTPException, OSError):
                self.hang_up()


def _told(fault: Exception) -> str:
    """The server's answer, or what kept us from getting one."""
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"{fault.smtp_code} {_text(fault.smtp_error)}"
    return str(fault) or type(fault).__name__


def _refusals(recipients: dict[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"{address}: {code} {_text(words)}" for address, (code, words) in recipients.items())


def _is_final(recipients: dict[str, tuple[int, bytes]]) -> bool:
    return all(code >= 500 for code, _ in recipients.values())


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
