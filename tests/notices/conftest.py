"""The cast, and a real mail server on this machine."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from daybook.notices.models import MailSettings
from daybook.people import shipped
from daybook.people.models import SecurityGroup, User

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


class PostOffice:
    """What the mail server does with what it is handed; a test may make it refuse."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 2.0.0 Ok: queued as 4F1A2"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer_to_data.startswith("250"):
            parsed: Message = BytesParser(policy=default).parsebytes(envelope.content or b"")
            assert isinstance(parsed, EmailMessage)
            self.taken.append(parsed)
        return self.answer_to_data


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"daybook", b"correct horse")
    return AuthResult(success=right, handled=False)


@pytest.fixture
def post_office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def smtp(post_office: PostOffice) -> Iterator[Controller]:
    controller = Controller(
        post_office, hostname="127.0.0.1", port=free_port(), authenticator=_knows, auth_require_tls=False
    )
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def box(db: None, smtp: Controller) -> MailSettings:
    """Mail settings that point at the server."""
    return MailSettings.objects.create(
        pk=1, host="127.0.0.1", port=smtp.port, security="none", from_address='"Daybook" <daybook@example.test>'
    )


def person(name: str, group: str) -> User:
    user = User.objects.create_user(f"{name.split(maxsplit=1)[0].lower()}@example.test", name)
    user.groups.add(SecurityGroup.objects.get(name=group))
    return user


@pytest.fixture
def mia(db: None) -> User:
    return person("Mia Ruiz", shipped.PROJECT_MANAGERS)


@pytest.fixture
def ada(db: None) -> User:
    return person("Ada Berg", shipped.ADMINISTRATORS)


@pytest.fixture
def ben(db: None) -> User:
    return person("Ben Osei", shipped.DIRECTORS)
