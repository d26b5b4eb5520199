"""The form of a project: what is typed wrongly is said on its field, and the typing is kept."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from daybook.connections.models import CompanyFile
from daybook.directory.models import Project
from daybook.directory.queries import default_status
from daybook.outbox.models import Link, Posting
from tests.directory.conftest import linked

pytestmark = pytest.mark.django_db


def typed(**values: str) -> dict[str, str]:
    """What the form sends."""
    usual = {"key": str(uuid4()), "client": "Northwind Traders", "name": "Harbour survey", "post": "on"}
    return {**usual, "status": str(default_status().pk), **values}


def test_saving_leads_to_the_project_with_its_posting(mia: Browser, company_file: Any, add_client: Any) -> None:
    add_client()
    answer = mia.post("/projects/new/", typed(), follow=True)
    project = Project.objects.get()
    assert answer.redirect_chain == [(f"/projects/{project.pk}/", 302)]
    assert project.code == "NT-001"
    assert b"Goes right after the record it depends on" in answer.content


def test_htmx_gets_the_project_in_place_and_its_address(mia: Browser, company_file: Any, add_client: Any) -> None:
    add_client()
    answer = mia.post("/projects/new/", typed(), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer["HX-Push-Url"] == f"/projects/{Project.objects.get().pk}/"
    assert b"data-poll" in answer.content


def test_a_form_sent_twice_shows_the_first_project(mia: Browser, company_file: Any, add_client: Any) -> None:
    add_client()
    form = typed()
    first, second = mia.post("/projects/new/", form), mia.post("/projects/new/", form)
    assert first["Location"] == second["Location"]
    assert Project.objects.count() == 1
    assert Posting.objects.filter(subject_kind="project").count() == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Harbour: survey", "A name cannot hold a colon"),
        ("H" * 42, "The name has 42 characters; QuickBooks takes 41."),
        ("Prüfung Łódź 東", "QuickBooks cannot keep"),
        ("Harbour\x07survey", "invisible character"),
    ],
)
def test_a_name_the_books_refuse_is_told_on_its_field(
    mia: Browser, company_file: Any, add_client: Any, name: str, sentence: str
) -> None:
    add_client()
    answer = mia.post("/projects/new/", typed(name=name, description="kept"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in " ".join(answer.context["form"].errors["name"])
    assert 'value="kept"' in page and 'id="id_name_error"' in page
    assert not Project.objects.exists()


def test_letters_the_books_cannot_keep_come_with_a_name_they_can(
    mia: Browser, company_file: Any, add_client: Any
) -> None:
    add_client()
    answer = mia.post("/projects/new/", typed(name="Łódź"))
    assert "“Ł” and “ź”" in answer.context["form"].errors["name"][0]
    assert "Suggested: Lódz" in answer.context["form"].errors["name"][0]


def test_blanks_around_a_name_are_left_out(mia: Browser, company_file: Any, add_client: Any) -> None:
    add_client()
    mia.post("/projects/new/", typed(name="  Harbour survey "))
    assert Project.objects.get().name == "Harbour survey"


def test_the_name_of_another_project_is_taken_also_when_that_is_inactive(
    mia: Browser, company_file: Any, add_client: Any, add_project: Any
) -> None:
    project = add_project(add_client())
    Project.objects.filter(pk=project.pk).update(is_active=False)
    answer = mia.post("/projects/new/", typed(name="harbour SURVEY"))
    assert "There is an inactive project of this client called Harbour survey" in answer.content.decode()


def test_a_name_that_only_the_books_have_is_told_with_the_way_out(
    mia: Browser, company_file: Any, add_client: Any
) -> None:
    linked(company_file, "customer", "client", add_client())
    Link.objects.create(
        company_file=company_file,
        kind="customer",
        list_id="80000099-1",
        name="Harbour survey",
        full_name="Northwind Traders:Harbour Survey",
        is_active=False,
    )
    answer = mia.post("/projects/new/", typed())
    said = answer.context["form"].errors["name"][0]
    assert "QuickBooks has a customer or job called Northwind Traders:Harbour Survey already, inactive" in said
    assert "link the two under Integration" in said


def test_a_parent_five_levels_deep_is_refused(
    mia: Browser, company_file: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    above = None
    for level in range(1, 5):
        above = add_project(client, f"Level {level}", parent_id=above.pk if above else None)
    answer = mia.post("/projects/new/", typed(parent="Level 4"))
    assert "QuickBooks allows 5 levels below one another; this would be level 6." in answer.content.decode()


def test_a_client_that_nobody_or_many_could_mean_is_asked_for_again(
    mia: Browser, company_file: Any, add_client: Any
) -> None:
    add_client("Northwind Traders")
    add_client("Northwind Services")
    for text in ("north", "Contoso"):
        answer = mia.post("/projects/new/", typed(client=text))
        assert "Type the whole name or the ID" in answer.content.decode()
    assert mia.post("/projects/new/", typed(client="northwind s")).status_code == 302


def test_without_the_right_to_post_the_tick_asks_an_administrator(
    client: Browser, cast: Any, company_file: Any, add_client: Any
) -> None:
    add_client()
    cast.sam.groups.set([cast.sam.groups.model.objects.get(name="Sales")])
    client.force_login(cast.sam)
    assert b"Ask an administrator to post it" in client.get("/projects/new/").content
    client.post("/projects/new/", typed())
    assert set(Posting.objects.values_list("state", flat=True)) == {"proposed"}


def test_without_the_right_there_is_no_form(client: Browser, cast: Any, add_client: Any) -> None:
    add_client()
    client.force_login(cast.sam)
    for answer in (client.get("/projects/new/"), client.post("/projects/new/", typed())):
        assert answer.status_code == 403
        assert b"1.3 (Add projects)" in answer.content
    assert not Project.objects.exists()


def test_a_form_without_its_token_is_refused(cast: Any, add_client: Any) -> None:
    add_client()
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(cast.mia)
    assert browser.post("/projects/new/", typed()).status_code == 403
    assert not Project.objects.exists()


def test_a_forged_key_is_refused(mia: Browser, add_client: Any) -> None:
    add_client()
    answer = mia.post("/projects/new/", typed(key="1 OR 1=1"))
    assert answer.status_code == 422
    assert b"This form is not complete any more" in answer.content


def test_who_saved_in_between_is_named_and_the_typing_kept(
    mia: Browser, cast: Any, company_file: Any, add_client: Any, add_project: Any
) -> None:
    project = add_project(add_client())
    page = mia.get(f"/projects/{project.pk}/edit/")
    form = typed(version=str(page.context["form"]["version"].value()), name="Harbour")
    ben = Browser()
    ben.force_login(cast.ben)
    assert ben.post(f"/projects/{project.pk}/edit/", {**form, "name": "Quay", "key": str(uuid4())}).status_code == 302
    answer = mia.post(f"/projects/{project.pk}/edit/", form)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Ben Osei saved this" in said and "name is now Quay" in said and 'value="Harbour"' in said
    again = {**form, "version": answer.context["form"].data["version"]}
    assert mia.post(f"/projects/{project.pk}/edit/", again).status_code == 302
    project.refresh_from_db()
    assert project.name == "Harbour"


def test_the_preflight_says_what_will_happen(mia: Browser, company_file: Any, add_client: Any) -> None:
    linked(company_file, "customer", "client", add_client())
    page = mia.post("/projects/preflight/", typed()).content.decode()
    assert "<strong>Northwind Traders:Harbour survey</strong>" in page
    assert "The name is free in QuickBooks." in page and "The client is linked." in page
    page = mia.post("/projects/preflight/", typed(name="A:B")).content.decode()
    assert "colon" in page and "not-ok" in page


def test_the_preflight_promises_nothing_below_a_project_that_is_not_there(mia: Browser, add_client: Any) -> None:
    add_client()
    page = mia.post("/projects/preflight/", typed(parent="No such project")).content.decode()
    assert "not-ok" in page and "Will create" not in page and "is free" not in page


def test_a_name_that_another_record_of_daybook_has_in_the_books_is_not_offered_for_linking(
    mia: Browser, company_file: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client)
    linked(company_file, "customer", "project", add_project(client, "Harbour survey"))
    page = mia.post("/projects/preflight/", typed()).content.decode()
    assert "It is in Daybook as well: open the record that is there" in page and "link the two" not in page


def test_the_row_beside_an_open_project_says_with_it_that_it_is_in_the_books(
    mia: Browser, company_file: Any, add_client: Any
) -> None:
    linked(company_file, "customer", "client", add_client())
    mia.post("/projects/new/", typed())
    project = Project.objects.get()
    assert b"data-into" not in mia.get(f"/projects/{project.pk}/status/").content
    linked(company_file, "customer", "project", project)
    Posting.objects.update(state="posted")
    page = mia.get(f"/projects/{project.pk}/status/").content.decode()
    assert "In QuickBooks" in page.split('data-into="tr[aria-current] .kind-books"')[1]


def test_suggestions_come_for_what_was_typed(mia: Browser, add_client: Any) -> None:
    add_client("Northwind Traders")
    add_client("Contoso")
    page = mia.get("/projects/clients/", {"client": "trad"}).content.decode()
    assert '<option value="Northwind Traders">NT</option>' in page and "Contoso" not in page


def test_the_form_offers_no_posting_where_only_customers_are_shared(mia: Browser, company_file: Any) -> None:
    CompanyFile.objects.update(use_jobs=False)
    page = mia.get("/projects/new/").content.decode()
    assert "shares customers only" in page and 'name="post"' not in page
