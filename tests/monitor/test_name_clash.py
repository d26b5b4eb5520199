"""A name that is taken: the way out is to link to the record that is there, or to choose another name."""

from daybook.outbox import operations
from daybook.outbox.models import Link
from tests.monitor.harness import House, State


def test_a_taken_name_offers_the_record_that_has_it_and_a_free_name(house: House) -> None:
    with house.books() as books:
        theirs = books.add("customer", "Zenith")
    posting = house.ask("Zenith")
    house.run()
    parked = house.fresh(posting)
    link, rename = parked.ways_out[:2]
    assert (parked.state, parked.problem_code) == (State.PARKED, "3100")
    assert (link["way"], link["list_id"], link["full_name"]) == ("link", theirs.list_id, "Zenith")
    assert rename["way"] == "rename" and rename["name"] != "Zenith"
    operations.link_instead(house.cast.mia, parked, theirs.list_id, house.clock())
    made = Link.objects.get(subject_id=posting.subject_id)
    assert (made.list_id, made.edit_sequence) == (theirs.list_id, theirs.edit_sequence)
    change = house.change(posting, phone="503-555-0100")
    house.run()
    assert house.state(change) == State.POSTED


def test_the_offered_name_is_free(house: House) -> None:
    with house.books() as books:
        books.add("customer", "Zenith")
    posting = house.ask("Zenith")
    house.run()
    offered = next(way["name"] for way in house.fresh(posting).ways_out if way["way"] == "rename")
    operations.resend(house.cast.mia, house.fresh(posting), house.clock(), snapshot={"name": offered})
    house.run()
    assert house.state(posting) == State.POSTED


def test_an_inactive_record_has_the_name_too(house: House) -> None:
    with house.books() as books:
        theirs = books.add("customer", "Zenith")
        books.set_active("customer", "Zenith", False)
    posting = house.ask("Zenith")
    house.run()
    assert house.fresh(posting).ways_out[0]["list_id"] == theirs.list_id


def test_a_name_that_a_vendor_has_can_only_be_changed(house: House) -> None:
    with house.books() as books:
        books.add("vendor", "Zenith")
    posting = house.ask("Zenith")
    house.run()
    parked = house.fresh(posting)
    assert parked.state == State.PARKED
    assert parked.ways_out[0]["way"] == "rename"


def test_after_the_database_was_restored_our_own_record_is_recognised_by_its_key(house: House) -> None:
    posting = house.ask("Zenith")
    house.run()
    house.fresh(posting)
    Link.objects.all().delete()
    type(posting).objects.filter(pk=posting.pk).update(state=State.QUEUED, letter=None)
    house.run()
    assert house.state(posting) == State.POSTED
    assert Link.objects.get(subject_id=posting.subject_id).list_id == house.found("Zenith")[0].list_id


def test_an_employee_of_the_same_name_is_offered(house: House) -> None:
    with house.books() as books:
        theirs = books.add("employee", values={"FirstName": "Ana", "LastName": "Kim"})
    snapshot = {"first_name": "Ana", "last_name": "Kim"}
    posting = house.ask("Ana Kim", kind="employee", subject_kind="staff", snapshot=snapshot)
    house.run()
    assert house.fresh(posting).ways_out[0]["list_id"] == theirs.list_id
