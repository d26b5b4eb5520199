"""A record is made inactive in the books as the directory asks for it."""

from daybook.outbox.models import Link
from tests.monitor.harness import House, State


def test_an_edit_that_carries_the_wish_makes_the_record_inactive_too(house: House) -> None:
    client = house.ask("Zenith")
    house.run()
    both = house.change(client, is_active=False, phone="503-555-0100")
    house.run()
    assert house.state(both) == State.POSTED
    link = Link.objects.get(subject_kind="client", subject_id=client.subject_id)
    assert (link.is_active, link.base["phone"]) == (False, "503-555-0100")
