"""What was deleted or merged there: the link is broken and shown, nothing of ours is deleted."""

import shutil
from datetime import timedelta

from django.db import connection

from daybook.connections.operations import mark_restored
from daybook.directory.models import Client, LaborCode, ListEntry, Project
from daybook.intake.models import Conflict
from daybook.intake.queries import conflicts
from daybook.outbox.models import Link
from daybook.outbox.operations import unlink
from tests.intake.house import House

CUSTOMERS = ["customers"]


def a_leaf(house: House) -> Link:
    parents = Link.objects.filter(kind="customer").values("parent_list_id")
    found = Link.objects.filter(kind="customer", sublevel=1, state="shared").exclude(list_id__in=parents).first()
    assert found is not None
    return found


def test_a_deleted_job_breaks_its_link_and_leaves_the_project(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    link = a_leaf(house)
    with house.bookkeeper() as books:
        books.delete("customer", link.list_id)
    run = house.bring(CUSTOMERS)
    link.refresh_from_db()
    assert link.state == "broken"
    assert Project.objects.filter(pk=link.subject_id).exists()
    assert run.counts["customer"]["gone"] == 1
    assert house.bring(CUSTOMERS).counts.get("customer", {}).get("gone") is None


def test_a_merged_customer_breaks_its_link(house: House) -> None:
    with house.bookkeeper() as books:
        books.add("customer", "Zenith")
        books.add("customer", "Zenith Inc")
    house.bring(CUSTOMERS, trigger="first")
    away = house.link("Zenith Inc")
    with house.bookkeeper() as books:
        books.merge("customer", "Zenith Inc", "Zenith")
    house.bring(CUSTOMERS)
    away.refresh_from_db()
    assert away.state == "broken"
    assert house.link("Zenith").state == "shared"
    assert Client.objects.filter(name="Zenith Inc").exists()


def test_a_deleted_record_that_was_never_ours_is_forgotten(house: House) -> None:
    house.bring(["vendors"], trigger="first")
    with house.bookkeeper() as books:
        vendor = books.add("vendor", "Passing by")
    house.bring(["vendors"])
    assert Link.objects.filter(list_id=vendor.list_id).exists()
    with house.bookkeeper() as books:
        books.delete("vendor", vendor.list_id)
    house.bring(["vendors"])
    assert not Link.objects.filter(list_id=vendor.list_id).exists()


def test_a_deleted_lookup_is_marked_and_kept_with_what_uses_it(house: House) -> None:
    with house.bookkeeper() as books:
        item = books.add(
            "item_service",
            "Stargazing",
            values={
                "SalesOrPurchase": {"Price": "1.00", "AccountRef": {"FullName": books.entries("account")[0].full_name}}
            },
        )
    house.bring(["item_service"], trigger="first", choices={"service_items": "replace"})
    code = LaborCode.objects.get(item__list_id=item.list_id)
    with house.bookkeeper() as books:
        books.delete("item_service", item.list_id)
    house.bring(["item_service"])
    assert ListEntry.objects.get(list_id=item.list_id).gone_at is not None
    code.refresh_from_db()
    assert not code.is_active


def test_after_ninety_days_everything_is_read_and_what_is_missing_is_gone(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    link = a_leaf(house)
    with house.bookkeeper() as books:
        books.delete("customer", link.list_id)
    house.clock.pass_by(days=120)
    house.sent.clear()
    house.bring(CUSTOMERS)
    link.refresh_from_db()
    assert link.state == "broken"
    assert not any("FromModifiedDate" in text for text in house.sent)


def test_a_restored_file_is_read_anew(house: House) -> None:
    house.bring(None, trigger="first")
    copy = house.path.with_suffix(".copy")
    shutil.copy(house.path, copy)
    with house.bookkeeper() as books:
        books.add("customer", "Zenith")
    house.bring(CUSTOMERS)
    zenith = house.link("Zenith")
    shutil.copy(copy, house.path)
    mark_restored(house.file, house.clock())
    house.clock.pass_by(days=1)
    run = house.bring(None)
    zenith.refresh_from_db()
    assert run.state == "published"
    assert zenith.state == "broken"
    assert house.health().reread_needed is False
    assert Link.objects.filter(state="broken").count() == 1


def test_a_record_that_is_there_again_is_linked_again(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    link = a_leaf(house)
    Link.objects.filter(pk=link.pk).update(state="broken")
    house.bring(CUSTOMERS, trigger="reconcile")
    link.refresh_from_db()
    assert link.state == "shared"


def test_a_record_posted_in_the_middle_of_a_full_comparison_is_not_taken_for_gone(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    now = house.clock()
    client = Client.objects.create(name="Zenith", created_at=now, changed_at=now)
    house.ask_for(CUSTOMERS, trigger="reconcile")
    asked = []

    def meanwhile(sent: str, answer: str) -> str:
        if "ListDeletedQueryRq" in sent and not asked:
            asked.append(house.ask("Zenith", number=client.pk))
        return answer

    house.spoil.append(meanwhile)
    house.clock.at += timedelta(minutes=5)
    house.run()
    assert house.state(asked[0]) == "posted"
    assert house.link("Zenith").state == "shared"


def test_an_unlinked_record_with_an_open_conflict_may_be_deleted_there(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    with house.bookkeeper() as books:
        books.add("customer", "Zenith", values={"CompanyName": "Zenith"})
    house.bring(CUSTOMERS)
    link = house.link("Zenith")
    Client.objects.filter(pk=link.subject_id).update(company_name="Ours Inc")
    with house.bookkeeper() as books:
        books.change("customer", link.list_id, {"CompanyName": "Theirs Inc"})
    house.bring(CUSTOMERS)
    assert Conflict.objects.filter(link=link, settled_at=None).count() == 1
    unlink(house.cast.ada, link, house.clock())
    assert not conflicts().exists(), "whose value holds is no question any more"
    with house.bookkeeper() as books:
        books.delete("customer", link.list_id)
    run = house.bring(CUSTOMERS)
    assert (run.state, run.counts["customer"]["gone"]) == ("published", 1)
    assert not Link.objects.filter(pk=link.pk).exists() and not Conflict.objects.exists()
    connection.check_constraints()
