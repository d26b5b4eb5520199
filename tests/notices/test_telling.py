"""Telling people something: on the page, and by one mail a batch."""

import uuid
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from daybook.notices import operations, queries
from daybook.notices.models import Mail, MailSettings, Notice
from daybook.notices.operations import Told, tell, tell_each
from daybook.people.errors import NotAllowed
from daybook.people.models import User
from daybook.people.rights import Right

from .conftest import NOW

pytestmark = pytest.mark.django_db


def test_a_person_is_told_on_the_page_also_where_no_mail_server_is_set(mia: User) -> None:
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", url="/transactions/1/", now=NOW)
    notice = Notice.objects.get(user=mia)
    assert (notice.title, notice.url, notice.read_at) == ("Harbour survey is in QuickBooks", "/transactions/1/", None)
    assert queries.unread_count(mia) == 1
    assert not Mail.objects.exists()


def test_a_right_names_all_who_hold_it(mia: User, ada: User, ben: User) -> None:
    tell(Right.APPROVE_TRANSFERS, "posting.proposed", title="Mia asks to post Harbour survey", now=NOW)
    assert set(Notice.objects.values_list("user__email", flat=True)) == {ada.email, ben.email}


def test_somebody_who_was_deactivated_is_told_nothing(mia: User) -> None:
    mia.is_active = False
    mia.save()
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    assert not Notice.objects.exists()


def test_who_is_named_twice_is_told_once(mia: User) -> None:
    tell([mia, mia], "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    assert Notice.objects.count() == 1


def test_a_batch_is_one_notice_a_kind_that_counts_up(mia: User) -> None:
    batch = uuid.uuid4()
    for name in ("Harbour survey", "Old quay", "Lighthouse"):
        tell(mia, "posting.done", title=f"{name} is in QuickBooks", batch_key=batch, now=NOW)
    tell(mia, "posting.needs_you", title="Pier: the name is taken", batch_key=batch, now=NOW)
    done, needs_you = Notice.objects.order_by("kind")
    assert (done.count, done.title) == (3, "3 postings are in QuickBooks")
    assert done.titles == [f"{name} is in QuickBooks" for name in ("Harbour survey", "Old quay", "Lighthouse")]
    assert (needs_you.count, needs_you.title) == (1, "Pier: the name is taken")


def test_a_batch_notice_that_was_read_is_unread_again_when_more_comes(mia: User) -> None:
    batch = uuid.uuid4()
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", batch_key=batch, now=NOW)
    operations.mark_read(mia, None, NOW)
    tell(mia, "posting.done", title="Old quay is in QuickBooks", batch_key=batch, now=NOW)
    assert queries.unread_count(mia) == 1


def test_ten_thousand_records_keep_a_small_notice(mia: User, box: MailSettings) -> None:
    batch = uuid.uuid4()
    for start in range(0, 200, 20):
        titles = [f"Project {number} is in QuickBooks" for number in range(start, start + 20)]
        tell(mia, "posting.done", title="x", batch_key=batch, count=20, titles=titles, now=NOW)
    notice, mail = Notice.objects.get(), Mail.objects.get()
    assert (notice.count, len(notice.titles)) == (200, 20)
    assert (mail.parts[0]["count"], len(mail.parts[0]["titles"])) == (200, 20)


def test_a_batch_is_one_mail_that_waits_a_minute_after_the_last_word_of_it(mia: User, box: MailSettings) -> None:
    batch = uuid.uuid4()
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", batch_key=batch, now=NOW)
    later = NOW + timedelta(seconds=30)
    tell(mia, "posting.needs_you", title="Pier: the name is taken", batch_key=batch, now=later)
    mail = Mail.objects.get()
    assert mail.not_before == later + timedelta(seconds=60)
    operations.close_batch(batch, later)
    mail.refresh_from_db()
    assert mail.not_before == later


def test_the_same_thing_is_never_told_twice(mia: User, box: MailSettings) -> None:
    for _ in range(2):
        tell(mia, "connection.waiting", title="The file is in single-user mode", dedupe_key="file-1-since-9", now=NOW)
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 1)


def test_nobody_is_told_of_what_was_rolled_back(mia: User, box: MailSettings) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(mia, "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
        raise ZeroDivisionError
    assert not Notice.objects.exists()
    assert not Mail.objects.exists()


def test_a_mail_that_the_firm_or_the_person_switched_off_is_not_laid_down(
    mia: User, ada: User, box: MailSettings
) -> None:
    operations.set_preferences(mia, wanted=[])
    tell([mia, ada], "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    assert [mail.to_address for mail in Mail.objects.all()] == [ada.email]
    entry = queries.template("posting.done").entry
    operations.change_template(
        ada, "posting.done", is_on=False, subject=entry.subject, body=entry.body, schedule="at_once", now=NOW
    )
    tell(ada, "posting.done", title="Old quay is in QuickBooks", now=NOW)
    assert Mail.objects.count() == 1
    assert Notice.objects.filter(user=ada).count() == 2


def test_a_daily_mail_gathers_until_seven_in_the_firms_morning(ada: User, mia: User, box: MailSettings) -> None:
    operations.change_firm(ada, name="Harbour & Co", time_zone="America/New_York")
    operations.change_template(
        ada, "posting.done", is_on=True, subject="{title}", body="{text}", schedule="daily", now=NOW
    )
    tell(mia, "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    tell(mia, "posting.done", title="Old quay is in QuickBooks", now=NOW + timedelta(hours=2))
    mail = Mail.objects.get()
    assert mail.parts[0]["count"] == 2
    assert mail.not_before == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_only_ones_own_notices_can_be_marked_as_read(mia: User, ada: User) -> None:
    tell([mia, ada], "posting.done", title="Harbour survey is in QuickBooks", now=NOW)
    theirs = Notice.objects.get(user=ada)
    assert operations.mark_read(mia, [theirs.pk], NOW) == 0
    assert operations.mark_read(ada, [theirs.pk], NOW) == 1
    assert (queries.unread_count(mia), queries.unread_count(ada)) == (1, 0)


@pytest.mark.parametrize("words", ["Hello {password}", "{title.__class__}", "{0}", ""])
def test_words_that_no_mail_could_fill_are_refused_with_the_field_named(ada: User, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        operations.change_template(
            ada, "posting.done", is_on=True, subject="{title}", body=words, schedule="at_once", now=NOW
        )
    assert list(refused.value.message_dict) == ["body"]


def test_a_mail_gets_back_the_words_it_shipped_with(ada: User) -> None:
    operations.change_template(
        ada, "posting.done", is_on=False, subject="Done: {title}", body="{text}", schedule="daily", now=NOW
    )
    assert queries.template("posting.done").is_changed
    operations.restore_template(ada, "posting.done")
    restored = queries.template("posting.done")
    assert (restored.is_on, restored.subject, restored.schedule, restored.is_changed) == (
        True,
        "{title}",
        "at_once",
        False,
    )


def test_only_who_manages_the_settings_changes_them(mia: User) -> None:
    with pytest.raises(NotAllowed):
        operations.change_firm(mia, name="Mine", time_zone="UTC")
    with pytest.raises(NotAllowed):
        operations.restore_template(mia, "posting.done")
    with pytest.raises(NotAllowed):
        operations.change_mail_settings(
            mia, host="h", port=25, security="none", from_address="a@b.test", user_name="", password=None
        )


def test_a_time_zone_that_is_none_is_refused(ada: User) -> None:
    with pytest.raises(ValidationError):
        operations.change_firm(ada, name="Harbour & Co", time_zone="Atlantis/Capital")


def test_what_was_read_or_sent_long_ago_is_cleaned_up_and_the_rest_stays(mia: User) -> None:
    tell(mia, "posting.done", title="Old and read", now=NOW)
    operations.mark_read(mia, None, NOW)
    tell(mia, "posting.needs_you", title="Old and unread", now=NOW)
    sent = operations.queue("help@example.test", subject="Log", body="See there.", now=NOW)
    Mail.objects.filter(pk=sent.pk).update(sent_at=NOW)
    operations.queue("help@example.test", subject="Log", body="Never went.", now=NOW)
    assert operations.clean_up(NOW + timedelta(days=1)) == 2
    assert Notice.objects.get().title == "Old and unread"
    assert Mail.objects.get().body == "Never went."


def test_the_daily_backup_has_its_hour_by_the_firms_clock_and_its_folder(ada: User, tmp_path: Path) -> None:
    operations.change_firm(ada, name="Harbour & Co", time_zone="America/New_York")
    operations.change_backup(ada, backup_time=time(3, 30), backup_folder=str(tmp_path))
    assert queries.backup_folder() == tmp_path
    assert queries.last_backup_due(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) == datetime(
        2026, 11, 23, 8, 30, tzinfo=UTC
    )
    assert queries.last_backup_due(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) == datetime(
        2026, 11, 22, 8, 30, tzinfo=UTC
    )


def test_a_backup_folder_that_is_not_there_is_refused(ada: User) -> None:
    with pytest.raises(ValidationError) as refused:
        operations.change_backup(ada, backup_time=time(3, 30), backup_folder="/no/such/folder")
    assert list(refused.value.message_dict) == ["backup_folder"]


def test_telling_of_a_whole_message_set_costs_as_few_statements_as_of_one_record(
    mia: User, box: MailSettings, django_assert_max_num_queries: Any
) -> None:
    things = [Told(f"Project {number} is in QuickBooks", url=f"/transactions/{number}/") for number in range(20)]
    with django_assert_max_num_queries(7):
        tell_each(mia, "posting.done", things, now=NOW)
    assert (Notice.objects.count(), Mail.objects.count()) == (20, 20)
    MailSettings.objects.all().delete()
    with django_assert_max_num_queries(2):
        tell_each(mia, "posting.done", things, now=NOW)
