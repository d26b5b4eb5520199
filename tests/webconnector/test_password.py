"""Who is let in: by a password that is shown once, kept as a hash, and not guessed."""

import re
from datetime import timedelta

import pytest
from django.core import serializers

from daybook.connections import operations as connections
from daybook.connections import webconnectors
from daybook.connections.models import CompanyFile, WebConnector
from daybook.history.models import Change
from daybook.notices.models import Notice
from daybook.people.errors import NotAllowed, Refused
from tests.monitor.harness import START, House
from tests.webconnector.pc import PC, Session


def test_the_right_password_lets_in_and_a_wrong_one_does_not(house: House, pc: PC) -> None:
    house.ask("Zenith")
    assert pc.authenticate()[1] == str(house.path)
    for wrong in ("", "wrong", pc.password[:-1], pc.password + "A", pc.connector.password_hash):
        assert pc.authenticate(wrong)[1] == "nvu"


def test_a_password_may_be_typed_without_dashes_and_in_small_letters(pc: PC) -> None:
    assert pc.authenticate(pc.password.replace("-", "").lower())[1] == "none"


def test_a_wrong_name_and_a_wrong_password_are_told_in_the_same_words(pc: PC) -> None:
    unknown = pc.call("authenticate", strUserName="nobody", strPassword=pc.password)
    wrong = pc.authenticate("wrong")
    assert [len(unknown), unknown[1]] == [len(wrong), wrong[1]] == [2, "nvu"]


def test_the_password_is_long_random_and_only_its_hash_is_kept(house: House, pc: PC) -> None:
    assert re.fullmatch("([A-Z2-9]{4}-){6}[A-Z2-9]{4}", pc.password)
    kept = serializers.serialize("json", [*WebConnector.objects.all(), *Change.objects.all()])
    assert pc.password not in kept and pc.password.replace("-", "") not in kept
    ticket = (house.ask("Zenith"), pc.authenticate()[0])[1]
    assert ticket not in serializers.serialize("json", WebConnector.objects.all())
    assert ticket != pc.authenticate()[0]


def test_a_new_password_makes_the_old_one_and_its_session_good_for_nothing(house: House, pc: PC) -> None:
    house.ask("Zenith")
    session = Session(pc)
    old = pc.password
    _, pc.password = webconnectors.make(house.cast.ada, house.file, house.clock())
    assert session.send() == ""
    assert pc.authenticate(old)[1] == "nvu"
    assert pc.authenticate()[1] == str(house.path)
    session.let_go()


def test_after_some_wrong_passwords_none_is_looked_at_for_a_while(house: House, pc: PC) -> None:
    for _ in range(webconnectors.FREE_TRIES):
        pc.authenticate("wrong")
    assert pc.authenticate()[1] == "nvu"  # even the right one
    house.clock.pass_by(seconds=11)
    assert pc.authenticate()[1] == "none"
    assert pc.fresh().failed_tries == 0


def test_hundreds_of_guesses_in_a_row_are_a_handful(house: House, pc: PC) -> None:
    for _ in range(300):
        pc.authenticate("wrong")
    assert pc.fresh().failed_tries == webconnectors.FREE_TRIES


def test_the_pause_grows_and_after_twenty_it_is_an_hour_and_administrators_are_told(house: House, pc: PC) -> None:
    pauses: list[timedelta] = []
    while pc.fresh().failed_tries < webconnectors.LOCKED_AFTER:
        tries, since = pc.fresh().failed_tries, house.clock()
        while pc.fresh().failed_tries == tries:
            pc.authenticate("wrong")
            house.clock.pass_by(seconds=20)
        pauses.append(house.clock() - since)
    assert pauses == sorted(pauses) or max(pauses) <= timedelta(minutes=16)
    assert pauses[-1] >= timedelta(minutes=15)
    told = Notice.objects.filter(kind="connection.locked")
    assert [notice.user for notice in told] == [house.cast.ada]
    house.clock.pass_by(minutes=59)
    assert pc.authenticate()[1] == "nvu"
    house.clock.pass_by(minutes=1)
    assert pc.authenticate()[1] == "none"


def test_guesses_at_one_company_file_do_not_lock_another(house: House, pc: PC) -> None:
    second = CompanyFile.objects.create(name="Second", way="webconnector", made_at=START)
    connector, password = webconnectors.make(house.cast.ada, second, house.clock())
    for _ in range(30):
        pc.authenticate("wrong")
    assert pc.call("authenticate", strUserName=connector.user_name, strPassword=password)[1] == "none"


def test_a_deleted_connection_lets_nobody_in(house: House, pc: PC) -> None:
    connections.delete_connection(house.cast.ada, house.file, house.clock())
    assert pc.authenticate()[1] == "nvu"


def test_only_who_manages_the_connection_makes_a_password(house: House, pc: PC) -> None:
    with pytest.raises(NotAllowed):
        webconnectors.make(house.cast.sam, house.file, house.clock())
    with pytest.raises(NotAllowed):
        webconnectors.change(house.cast.sam, pc.connector, hold_open=True, schedule_seconds=60, now=house.clock())


def test_a_file_that_is_reached_another_way_has_no_password(house: House, pc: PC) -> None:
    CompanyFile.objects.filter(pk=house.file.pk).update(way="sandbox")
    house.file.refresh_from_db()
    with pytest.raises(Refused, match="not reached through the Web Connector"):
        webconnectors.make(house.cast.ada, house.file, house.clock())


def test_history_tells_who_let_the_web_connector_in_and_who_made_a_new_password(house: House, pc: PC) -> None:
    webconnectors.make(house.cast.ada, house.file, house.clock())
    told = list(Change.objects.filter(action="web_connector").order_by("id").values_list("summary", flat=True))
    assert told == ["Let the Web Connector in.", "Made a new password for the Web Connector."]
