"""Sending mails to a real server: what goes, what is tried again, and what is shown when it does not go."""

import ssl
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from daybook.notices import operations, queries, secrets
from daybook.notices.errors import MailRefused, ServerError
from daybook.notices.models import Mail, MailSettings
from daybook.notices.operations import tell
from daybook.notices.sending import AT_ONCE, WAITS, send_due, send_test
from daybook.people.errors import NotAllowed
from daybook.people.models import User

from .conftest import NOW, PostOffice, free_port

pytestmark = pytest.mark.django_db


def test_a_mail_arrives_with_the_sender_and_the_words_of_the_catalogue(
    mia: User, ada: User, box: MailSettings, post_office: PostOffice
) -> None:
    operations.change_firm(ada, name="Harbour & Co", time_zone="UTC")
    tell(
        mia,
        "posting.needs_you",
        title="Pier: the name is taken",
        text="Choose another name.",
        url="/transactions/7/",
        now=NOW,
    )
    assert send_due(NOW) == 1
    (mail,) = post_office.taken
    assert (mail["From"], mail["To"]) == ("Daybook <daybook@example.test>", mia.email)
    assert mail["Subject"] == "Pier: the name is taken"
    for words in ("Hello Mia Ruiz", "Choose another name.", "http://testserver/transactions/7/", "Harbour & Co"):
        assert words in mail.get_content()
    assert Mail.objects.get().sent_at == NOW


def test_a_mail_goes_once(mia: User, box: MailSettings, post_office: PostOffice) -> None:
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    assert (send_due(NOW), send_due(NOW), send_due(NOW + timedelta(days=3))) == (1, 0, 0)
    assert len(post_office.taken) == 1


def test_a_batch_of_forty_two_is_one_mail_that_begins_with_what_needs_a_person(
    mia: User, box: MailSettings, post_office: PostOffice
) -> None:
    batch = uuid.uuid4()
    for number in range(41):
        tell(mia, "posting.done", title=f"Project {number} is in QuickBooks", batch_key=batch, now=NOW)
    tell(mia, "posting.needs_you", title="Pier: the name is taken", text="Rename it.", batch_key=batch, now=NOW)
    assert send_due(NOW) == 0
    operations.close_batch(batch, NOW)
    assert send_due(NOW) == 1, Mail.objects.get().problem
    (mail,) = post_office.taken
    assert mail["Subject"] == "Pier: the name is taken; 41 postings are in QuickBooks"
    assert "- Project 0 is in QuickBooks" in mail.get_content()
    assert "- and 21 more" in mail.get_content()


def test_what_is_told_after_the_mail_went_goes_in_the_next_one(
    mia: User, box: MailSettings, post_office: PostOffice
) -> None:
    batch = uuid.uuid4()
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", batch_key=batch, now=NOW)
    later = NOW + timedelta(minutes=2)
    assert send_due(later) == 1
    tell(mia, "posting.done", title="Old quay is in QuickBooks", batch_key=batch, now=later)
    assert send_due(later + timedelta(minutes=2)) == 1
    assert [mail["Subject"] for mail in post_office.taken] == [
        "Harbour survey is in QuickBooks",
        "Old quay is in QuickBooks",
    ]


def test_a_line_break_in_a_title_cannot_write_a_header(mia: User, box: MailSettings, post_office: PostOffice) -> None:
    tell(mia, "posting.done", title="Pier\r\nBcc: everybody@example.test", now=NOW)
    assert send_due(NOW) == 1
    assert post_office.taken[0]["Bcc"] is None
    assert post_office.taken[0]["Subject"] == "Pier Bcc: everybody@example.test"


def test_a_title_that_looks_like_a_placeholder_stays_as_it_is(
    mia: User, box: MailSettings, post_office: PostOffice
) -> None:
    tell(mia, "posting.done", title="Project {link} is in QuickBooks", now=NOW)
    send_due(NOW)
    assert post_office.taken[0]["Subject"] == "Project {link} is in QuickBooks"


def test_a_text_for_support_goes_as_an_attachment(box: MailSettings, post_office: PostOffice) -> None:
    operations.queue(
        "help@example.test", subject="Posting 7", body="See there.", attachment=("posting-7.txt", "<é>"), now=NOW
    )
    assert send_due(NOW) == 1
    (attached,) = post_office.taken[0].iter_attachments()
    assert (attached.get_filename(), attached.get_content().strip()) == ("posting-7.txt", "<é>")


def test_a_server_that_is_away_holds_the_mails_back_and_the_settings_say_so(
    mia: User, box: MailSettings, smtp: Controller, post_office: PostOffice
) -> None:
    box.port = free_port()
    box.save()
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    assert send_due(NOW) == 0
    health = queries.mail_health(NOW)
    assert (health.ok, health.unsent) == (False, 1)
    assert f"No mail server answers at 127.0.0.1 port {box.port}" in health.sentence
    assert send_due(NOW + timedelta(seconds=30)) == 0
    assert Mail.objects.get().attempts == 1
    MailSettings.objects.update(port=smtp.port)
    assert send_due(NOW + timedelta(seconds=61)) == 1
    assert queries.mail_health(NOW).ok
    assert len(post_office.taken) == 1


def test_the_waiting_grows_and_after_the_last_try_the_mail_stays_for_a_person(mia: User, box: MailSettings) -> None:
    box.port = free_port()
    box.save()
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    at = NOW
    for wait in [*WAITS, timedelta()]:
        send_due(at)
        assert send_due(at + wait - timedelta(seconds=1)) == 0
        at += wait
    mail = Mail.objects.get()
    assert mail.attempts == len(WAITS) + 1
    assert mail.gave_up_at is not None
    assert send_due(at + timedelta(days=30)) == 0
    assert list(queries.unsent_mails()) == [mail]


def test_an_address_refused_for_good_is_shown_and_holds_nobody_else_back(
    mia: User, ada: User, box: MailSettings, post_office: PostOffice
) -> None:
    post_office.answer_to_recipient = "550 5.1.1 No such person"
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    assert send_due(NOW) == 0
    post_office.answer_to_recipient = "250 OK"
    tell(ada, "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    assert send_due(NOW) == 1
    mail = queries.unsent_mails().get()
    assert mail.gave_up_at == NOW
    assert mail.problem == f"The mail server refused the mail to {mia.email}: 550 5.1.1 No such person"
    assert queries.mail_health(NOW).unsent == 1


def test_a_mail_that_was_given_up_can_be_sent_again_or_thrown_away(
    mia: User, ada: User, box: MailSettings, post_office: PostOffice
) -> None:
    post_office.answer_to_recipient = "550 No such person"
    for title in ("Harbour survey is in QuickBooks", "Old quay is in QuickBooks"):
        tell(mia, "posting.done", title=title, now=NOW)
    send_due(NOW)
    post_office.answer_to_recipient = "250 OK"
    first, second = queries.unsent_mails()
    with pytest.raises(NotAllowed):
        operations.send_again(mia, first, NOW)
    operations.send_again(ada, first, NOW)
    operations.forget_mail(ada, second)
    assert send_due(NOW) == 1
    assert queries.mail_health(NOW).unsent == 0


def test_a_mail_that_the_server_wants_later_is_tried_later(
    mia: User, box: MailSettings, post_office: PostOffice
) -> None:
    post_office.answer_to_data = "451 4.7.1 Greylisted, try again"
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    assert send_due(NOW) == 0
    assert "451 4.7.1 Greylisted" in Mail.objects.get().problem
    post_office.answer_to_data = "250 OK"
    assert send_due(NOW + timedelta(minutes=1)) == 1
    assert Mail.objects.get().problem == ""


def test_many_mails_go_over_one_connection_and_in_turns(mia: User, box: MailSettings, post_office: PostOffice) -> None:
    for number in range(AT_ONCE + 3):
        tell(mia, "posting.done", title=f"Project {number}", now=NOW)
    assert (send_due(NOW), send_due(NOW), send_due(NOW)) == (AT_ONCE, 3, 0)


def test_the_test_mail_shows_the_servers_own_answer(ada: User, box: MailSettings, post_office: PostOffice) -> None:
    assert send_test(ada, "ada@example.test", NOW) == "250 2.0.0 Ok: queued as 4F1A2"
    assert post_office.taken[0]["Subject"] == "Test mail from Daybook"


def test_a_refused_test_mail_shows_the_servers_own_refusal(
    ada: User, box: MailSettings, post_office: PostOffice
) -> None:
    post_office.answer_to_recipient = "554 5.7.1 Relay access denied"
    with pytest.raises(MailRefused, match=r"554 5\.7\.1 Relay access denied"):
        send_test(ada, "somebody@elsewhere.test", NOW)


def test_only_who_manages_the_settings_sends_a_test(mia: User, box: MailSettings) -> None:
    with pytest.raises(NotAllowed):
        send_test(mia, "mia@example.test", NOW)


def test_the_password_is_stored_closed_and_opens_the_server(
    ada: User, box: MailSettings, post_office: PostOffice
) -> None:
    operations.change_mail_settings(
        ada,
        host=box.host,
        port=box.port,
        security="none",
        from_address=box.from_address,
        user_name="daybook",
        password="correct horse",
    )
    stored = MailSettings.objects.get().password_closed
    assert "correct horse" not in stored
    assert secrets.open_(stored) == "correct horse"
    assert send_test(ada, "ada@example.test", NOW).startswith("250")


def test_a_wrong_password_is_told_with_the_servers_words(ada: User, box: MailSettings) -> None:
    box.user_name, box.password_closed = "daybook", secrets.close("wrong")
    box.save()
    with pytest.raises(ServerError, match="refused the user name or password: 535"):
        send_test(ada, "ada@example.test", NOW)
    assert "535" in queries.mail_settings().problem


def test_a_password_whose_key_is_gone_is_asked_for_again(ada: User, box: MailSettings) -> None:
    box.user_name, box.password_closed = "daybook", "gAAAAAB-closed-with-a-lost-key"
    box.save()
    with pytest.raises(ServerError, match="Type the password of the mail server again"):
        send_test(ada, "ada@example.test", NOW)


def test_a_server_without_starttls_is_not_used_in_the_clear(
    ada: User, box: MailSettings, post_office: PostOffice
) -> None:
    box.security = "starttls"
    box.save()
    with pytest.raises(ServerError, match="does not offer what the settings ask for"):
        send_test(ada, "ada@example.test", NOW)
    assert not post_office.taken


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    ada: User, box: MailSettings, post_office: PostOffice, tmp_path: Path
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(_own_certificate(tmp_path))
    controller = Controller(post_office, hostname="127.0.0.1", port=free_port(), tls_context=context)
    controller.start()
    try:
        box.port, box.security = controller.port, "starttls"
        box.save()
        with pytest.raises(ServerError, match="did not agree on STARTTLS"):
            send_test(ada, "ada@example.test", NOW)
    finally:
        controller.stop()
    assert not post_office.taken


def _own_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.test")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    file = folder / "own.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_an_invitation_goes_to_the_person_with_the_link(
    mia: User, ada: User, box: MailSettings, post_office: PostOffice
) -> None:
    operations.set_preferences(mia, [])
    assert operations.invite(ada, mia, "/account/password/reset/key/1-abc/", NOW)
    assert send_due(NOW) == 1
    (mail,) = post_office.taken
    assert (mail["To"], mail["Subject"]) == (mia.email, "Your sign-in to Daybook")
    assert "http://testserver/account/password/reset/key/1-abc/" in mail.get_content()
    with pytest.raises(NotAllowed):
        operations.invite(mia, ada, "/", NOW)


def test_without_a_mail_server_an_invitation_is_only_shown(mia: User, ada: User) -> None:
    assert not operations.invite(ada, mia, "/account/password/reset/key/1-abc/", NOW)
    assert not Mail.objects.exists()
