"""Handing mails over encrypted and with a password, and refusing servers that cannot prove who they are."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.mails.smtp import Courier, MailServer, Undelivered
from tests.services.mails.mail_server import Handler, free_port, running


def make_certificate(folder: Path) -> Path:
    """A key and a certificate of 127.0.0.1, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


class StartTls(Controller):
    """A server that wants STARTTLS and a password."""

    def __init__(self, handler: Handler, port: int, context: ssl.SSLContext) -> None:
        self.context = context
        super().__init__(handler, hostname="127.0.0.1", port=port)

    def factory(self) -> SMTP:
        return SMTP(self.handler, tls_context=self.context, require_starttls=True, **password_wanted())


def password_wanted() -> dict[str, Any]:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=(given.login, given.password) == (b"portal", b"s3cret"), handled=False)

    return {"authenticator": check, "auth_required": True}


@pytest.fixture
def certificate(tmp_path):
    return make_certificate(tmp_path)


@pytest.fixture
def context(certificate):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


@pytest.fixture
def starttls(context) -> Iterator[tuple[Handler, int]]:
    handler, port = Handler(), free_port()
    controller = StartTls(handler, port, context)
    controller.start()
    yield handler, port
    controller.stop()


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@portal.example", "b@acme.example", "Hola"
    message.set_content("x")
    return message


def test_a_password_is_given_after_the_line_is_encrypted(starttls, certificate, monkeypatch):
    handler, port = starttls
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Courier(MailServer("smtp+starttls", "127.0.0.1", port, "portal", "s3cret")) as courier:
        assert courier.deliver(mail()) == "" and courier.deliver(mail()) == ""
    assert len(handler.messages) == 2


def test_a_wrong_password_is_no_fault_of_the_mail(starttls, certificate, monkeypatch):
    _, port = starttls
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Courier(MailServer("smtp+starttls", "127.0.0.1", port, "portal", "wrong")) as courier:
        with pytest.raises(Undelivered, match="535") as refused:
            courier.deliver(mail())
    assert not refused.value.is_final


def test_a_server_that_cannot_prove_who_it_is_gets_neither_password_nor_mail(starttls):
    handler, port = starttls
    with Courier(MailServer("smtp+starttls", "127.0.0.1", port, "portal", "s3cret")) as courier:
        with pytest.raises(Undelivered, match="certificate verify failed") as refused:
            courier.deliver(mail())
    assert not refused.value.is_final and handler.messages == []


def test_a_server_without_encryption_gets_nothing_however_often_one_tries():
    handler = Handler()
    with running(handler) as url, Courier(replace(MailServer.of(url), scheme="smtp+starttls")) as courier:
        for _ in range(2):
            with pytest.raises(Undelivered, match="STARTTLS") as refused:
                courier.deliver(mail())
            assert not refused.value.is_final
    assert handler.messages == []


def test_a_line_encrypted_from_the_start(context, certificate, monkeypatch):
    handler, port = Handler(), free_port()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    controller = Controller(handler, hostname="127.0.0.1", port=port, ssl_context=context)
    controller.start()
    try:
        with Courier(MailServer("smtps", "127.0.0.1", port)) as courier:
            courier.deliver(mail())
    finally:
        controller.stop()
    assert len(handler.messages) == 1
