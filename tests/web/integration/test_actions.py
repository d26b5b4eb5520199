"""What a person does on an integration page."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from daybook.directory.models import Project, Staff
from daybook.intake.models import Conflict
from daybook.outbox import queries as outbox
from daybook.outbox.models import Link, Posting
from daybook.web.integration.matching import twins
from daybook.web.integration.pairs import PROJECTS, STAFF, Table
from tests.web.integration.conftest import a_link

HERE = "/integration/projects/"


@pytest.fixture
def ben(client: Browser, cast: SimpleNamespace, firm: SimpleNamespace) -> Browser:
    """Ben the bookkeeper's browser."""
    client.force_login(cast.ben)
    return client


def press(browser: Browser, one: str, form_key: str = "") -> str:
    """Press one button of a row, and read the page that follows."""
    answer = browser.post(HERE, {"one": one, "form_key": form_key or str(uuid4())}, follow=True)
    assert answer.status_code == 200
    return words(answer)


def words(answer: HttpResponse) -> str:
    """The text of a page."""
    return answer.content.decode()


def test_a_record_of_ours_is_posted_once_however_often_the_form_is_sent(ben: Browser, firm: SimpleNamespace) -> None:
    form_key = str(uuid4())
    press(ben, f"post|client-{firm.house.pk}", form_key)
    press(ben, f"post|client-{firm.house.pk}", form_key)
    assert Posting.objects.filter(subject_kind="client", subject_id=firm.house.pk).count() == 1


def test_a_project_takes_its_client_along(ben: Browser, firm: SimpleNamespace) -> None:
    Link.objects.filter(full_name="Fabrikam").delete()
    press(ben, f"post|project-{firm.audit.pk}")
    posting = outbox.latest("project", firm.audit.pk)
    assert posting is not None and posting.after is not None
    assert posting.after.subject_id == firm.fabrikam.pk


def test_a_name_that_is_taken_there_is_refused_with_the_way_out(ben: Browser, firm: SimpleNamespace) -> None:
    page = press(ben, f"post|client-{firm.fabrikam.pk}")
    assert "Fabrikam: " in page
    assert Posting.objects.count() == 0
    assert "same name:" in page


def test_a_linked_pair_is_unlinked_and_both_records_stay(ben: Browser, firm: SimpleNamespace) -> None:
    link = Link.objects.get(full_name="Northwind Traders:Harbour")
    assert "unlinked" in press(ben, f"unlink|link-{link.pk}")
    table = Table(PROJECTS, firm.file)
    assert "Harbour" in [pair.name for pair in table.pairs if pair.group == "here"]
    assert "Northwind Traders:Harbour" in [pair.name for pair in table.pairs if pair.group == "there"]


def test_both_sides_are_blocked_and_unblocked(ben: Browser, firm: SimpleNamespace) -> None:
    contoso = Link.objects.get(full_name="Contoso")
    press(ben, f"block|link-{contoso.pk}")
    press(ben, f"block|client-{firm.house.pk}")
    blocked = Table(PROJECTS, firm.file, "blocked").pairs
    assert {pair.name for pair in blocked} == {"Contoso", "House", "Vacation"}
    for pair in blocked:
        assert pair.link is not None
        press(ben, f"unblock|link-{pair.link.pk}")
    assert Table(PROJECTS, firm.file, "blocked").pairs == []


def test_a_suggested_pair_is_linked_with_one_press(ben: Browser, firm: SimpleNamespace) -> None:
    link = Link.objects.get(full_name="Fabrikam")
    assert "linked" in press(ben, f"link|client-{firm.fabrikam.pk}:{link.list_id}")
    link.refresh_from_db()
    assert (link.state, link.subject_id) == ("shared", firm.fabrikam.pk)


def test_many_are_done_at_once_and_those_it_does_not_fit_are_skipped(ben: Browser, firm: SimpleNamespace) -> None:
    Link.objects.filter(full_name="Fabrikam").delete()
    contoso = Link.objects.get(full_name="Contoso")
    chosen = [f"client-{firm.house.pk}", f"project-{firm.audit.pk}", f"link-{contoso.pk}"]
    answer = ben.post(HERE, {"action": "post", "selected": chosen, "form_key": str(uuid4())}, follow=True)
    assert "2 asked to be posted. 1 skipped, where this does not apply." in words(answer)
    assert len({posting.batch_key for posting in Posting.objects.all()}) == 1


def test_all_that_match_are_blocked_on_every_page_and_no_others(ben: Browser, firm: SimpleNamespace) -> None:
    for number in range(60):
        a_link(firm.file, f"Customer {number:02}")
    assert "all that match" in words(ben.get(f"{HERE}?show=there&q=customer"))
    answer = ben.post(f"{HERE}?show=there&q=customer", {"action": "block", "all": "1"}, follow=True)
    assert "60 blocked." in words(answer)
    assert Link.objects.filter(state="blocked").count() == 61
    assert Link.objects.get(full_name="Contoso").state == "theirs_only"


def test_records_with_the_same_name_are_linked_after_a_persons_yes(ben: Browser, firm: SimpleNamespace) -> None:
    above = Link.objects.get(full_name="Northwind Traders")
    firm.audit.client = firm.northwind
    firm.audit.save()
    a_link(firm.file, "Northwind Traders:AUDIT", parent=above)
    found = twins(PROJECTS, Table(PROJECTS, firm.file).links)
    assert [(twin.ours, twin.theirs, twin.exact) for twin in found] == [
        ("Fabrikam", "Fabrikam", True),
        ("Northwind Traders / Audit", "Northwind Traders:AUDIT", False),
    ]
    page = words(ben.get(f"{HERE}match/"))
    assert "2 pairs have the same name" in page
    assert Link.objects.filter(subject_kind="client", subject_id=firm.fabrikam.pk).count() == 0
    ben.post(HERE, {"action": "link", "selected": [twin.value for twin in found], "form_key": str(uuid4())})
    assert twins(PROJECTS, Table(PROJECTS, firm.file).links) == []


def test_two_of_theirs_with_one_name_are_left_to_a_person(firm: SimpleNamespace) -> None:
    a_link(firm.file, "FABRIKAM")
    assert twins(PROJECTS, Table(PROJECTS, firm.file).links) == []


def test_a_customer_of_theirs_is_added_and_linked(ben: Browser, firm: SimpleNamespace) -> None:
    roof = Link.objects.get(full_name="Contoso:Roof 2")
    Link.objects.filter(kind="customer").update(base={})
    assert "Contoso:Roof 2: added to Daybook." in press(ben, f"add|link-{roof.pk}")
    roof.refresh_from_db()
    contoso = Link.objects.get(full_name="Contoso")
    assert (roof.state, contoso.state) == ("shared", "shared")
    project = Project.objects.get(pk=roof.subject_id)
    assert (project.name, project.client_id) == ("Roof 2", contoso.subject_id)


def test_a_new_employee_is_added_after_a_yes_and_left_alone_after_a_no(ben: Browser, firm: SimpleNamespace) -> None:
    base = {"first_name": "Ana", "last_name": "Kim", "name": "Ana Kim", "is_active": True}
    ana = a_link(firm.file, "Ana Kim", kind="employee", base=base)
    leo = a_link(firm.file, "Leo Marsh", kind="employee", base=base | {"first_name": "Leo", "last_name": "Marsh"})
    answer = ben.post("/integration/staff/", {"one": f"add|link-{ana.pk}"}, follow=True)
    assert "Ana Kim: added to Daybook." in words(answer)
    ben.post("/integration/staff/", {"one": f"refuse|link-{leo.pk}"})
    assert Staff.objects.get().last_name == "Kim"
    assert [(pair.group, pair.name) for pair in Table(STAFF, firm.file, "all").pairs][-1] == ("blocked", "Leo Marsh")


def test_a_conflict_is_settled_by_a_persons_choice(ben: Browser, firm: SimpleNamespace) -> None:
    link = Link.objects.get(full_name="Northwind Traders")
    Conflict.objects.create(link=link, field="phone", base="1", ours="2", theirs="3", found_at=timezone.now())
    address = {"lines": ["1 Quay", ""], "city": "Portland", "state": None}
    Conflict.objects.create(link=link, field="bill_address", ours=address, found_at=timezone.now())
    page = words(ben.get(f"{HERE}link-{link.pk}/?show=conflict"))
    assert "Phone: both sides changed it" in page
    assert "1 Quay, Portland" in page
    conflict = Conflict.objects.get(field="phone")
    answer = ben.post("/integration/projects/settle/", {"conflict": conflict.pk, "choice": "ours"}, follow=True)
    assert "Daybook&#x27;s value goes to QuickBooks" in words(answer)
    again = ben.post("/integration/projects/settle/", {"conflict": conflict.pk, "choice": "theirs"}, follow=True)
    assert "settled already" in words(again)
    conflict.refresh_from_db()
    assert conflict.choice == "ours"


def test_an_employee_is_found_by_first_and_last_name_in_either_order(firm: SimpleNamespace) -> None:
    now = timezone.now()
    Staff.objects.create(first_name="Ana", middle_name="Maria", last_name="Kim", created_at=now, changed_at=now)
    a_link(firm.file, "Kim, Ana", kind="employee")
    found = twins(STAFF, Table(STAFF, firm.file).links)
    assert [(twin.ours, twin.theirs) for twin in found] == [("Ana Maria Kim", "Kim, Ana")]


def test_what_somebody_else_did_meanwhile_is_told_and_nothing_breaks(ben: Browser, firm: SimpleNamespace) -> None:
    contoso = Link.objects.get(full_name="Contoso")
    assert "the record changed meanwhile" in press(ben, f"unlink|link-{contoso.pk}")
    assert "the record changed meanwhile" in press(ben, "post|client-999999")
    assert "Nothing was ticked" in words(ben.post(HERE, {"action": "post"}, follow=True))


def test_whoever_may_look_but_not_post_gets_no_buttons_and_is_refused(
    client: Browser, cast: SimpleNamespace, firm: SimpleNamespace
) -> None:
    group = cast.mia.groups.get(name="Project Managers")
    group.rights = ["integration_view"]
    group.save()
    client.force_login(cast.mia)
    page = words(client.get(HERE))
    assert "Only in Daybook" in page
    assert 'name="one"' not in page
    answer = client.post(HERE, {"one": f"post|client-{firm.house.pk}"})
    assert answer.status_code == 403
    assert "3.1 (Post to accounting)" in words(answer)
    assert Posting.objects.count() == 0


def test_a_posting_that_waits_is_taken_back(ben: Browser, firm: SimpleNamespace) -> None:
    press(ben, f"post|client-{firm.house.pk}")
    press(ben, f"withdraw|client-{firm.house.pk}")
    posting = outbox.latest("client", firm.house.pk)
    assert posting is not None and posting.state == "withdrawn"


def gone(firm: SimpleNamespace, full_name: str = "Northwind Traders:Harbour") -> Link:
    """A linked record that QuickBooks has no more."""
    Link.objects.filter(full_name=full_name).update(state="broken")
    return Link.objects.get(full_name=full_name)


def test_what_is_gone_from_quickbooks_is_posted_again(ben: Browser, firm: SimpleNamespace) -> None:
    link = gone(firm)
    assert "Post again" in words(ben.get(HERE))
    press(ben, f"post|link-{link.pk}")
    posting = Posting.objects.get()
    assert (posting.action, posting.subject_kind, posting.subject_id) == ("add", "project", firm.harbour.pk)


def test_what_is_gone_from_quickbooks_is_linked_to_another_record_there(ben: Browser, firm: SimpleNamespace) -> None:
    link = gone(firm)
    above = Link.objects.get(full_name="Northwind Traders")
    other = a_link(firm.file, "Northwind Traders:Harbour", parent=above)
    page = words(ben.get(f"{HERE}link-{link.pk}/?find=harb"))
    assert f'value="link|project-{firm.harbour.pk}:{other.list_id}"' in page
    press(ben, f"link|project-{firm.harbour.pk}:{other.list_id}")
    other.refresh_from_db()
    assert (other.state, other.subject_id) == ("shared", firm.harbour.pk)
    assert Table(PROJECTS, firm.file).counts["broken"] == 0


def test_what_is_gone_and_unlinked_is_not_called_a_record_of_quickbooks(ben: Browser, firm: SimpleNamespace) -> None:
    link = gone(firm)
    press(ben, f"unlink|link-{link.pk}")
    table = Table(PROJECTS, firm.file, "all")
    assert "Northwind Traders:Harbour" not in [pair.name for pair in table.pairs]
    assert ("here", "Harbour") in [(pair.group, pair.name) for pair in table.pairs]
    assert len(table.pairs) == table.counts["all"]
