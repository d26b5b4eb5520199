"""Rights are checked again when the Monitor acts."""

from daybook.notices.models import Notice
from daybook.outbox import operations
from tests.monitor.harness import House, State


def test_a_right_that_was_lost_between_click_and_posting_parks_it_with_a_sentence(house: House) -> None:
    posting = house.ask("Zenith")
    house.cast.mia.groups.clear()
    house.run()
    parked = house.fresh(posting)
    assert (parked.state, parked.problem_code) == (State.PARKED, "right")
    assert "Mia Ruiz no longer has the right 3.1" in parked.problem
    assert not house.found("Zenith") and not house.posts()
    assert Notice.objects.filter(kind="posting.needs_you", user=house.cast.ada).exists()


def test_somebody_with_the_right_sends_it_again(house: House) -> None:
    posting = house.ask("Zenith")
    house.cast.mia.groups.clear()
    house.run()
    operations.resend(house.cast.ben, house.fresh(posting), house.clock())
    house.run()
    assert house.state(posting) == State.POSTED


def test_a_person_who_was_deactivated_posts_nothing_any_more(house: House) -> None:
    posting = house.ask("Zenith")
    house.cast.mia.is_active = False
    house.cast.mia.save()
    house.run()
    assert house.state(posting) == State.PARKED


def test_an_approved_posting_stands_on_the_right_of_who_approved_it(house: House) -> None:
    posting = house.ask("Zenith", who=house.cast.sam, proposed=True)
    operations.approve(house.cast.ada, posting, house.clock())
    house.run()
    assert house.state(posting) == State.POSTED
    other = house.ask("Apex", who=house.cast.sam, proposed=True)
    operations.approve(house.cast.ada, other, house.clock())
    house.cast.ada.groups.clear()
    house.run()
    assert "no longer has the right 3.2" in house.fresh(other).problem


def test_others_in_the_same_set_go_on(house: House) -> None:
    lost, kept = house.ask("Zenith"), house.ask("Apex", who=house.cast.ben)
    house.cast.mia.groups.clear()
    house.run()
    assert (house.state(lost), house.state(kept)) == (State.PARKED, State.POSTED)


def test_what_an_administrator_approved_and_another_sends_again_goes_by_the_right_of_the_other(house: House) -> None:
    posting = house.ask("Bad:Name", proposed=True, who=house.cast.sam)
    operations.approve(house.cast.ada, posting, house.clock())
    house.run()
    assert house.state(posting) == State.PARKED
    house.cast.ada.is_active = False
    house.cast.ada.save()
    operations.resend(house.cast.mia, house.fresh(posting), house.clock(), snapshot={"name": "Good Name"})
    house.run()
    assert house.state(posting) == State.POSTED
    assert (house.fresh(posting).approved_by, house.fresh(posting).approved_at) == (None, None)
