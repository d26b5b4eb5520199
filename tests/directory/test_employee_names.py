"""How the company file writes the names of employees, which the firm says at the first import."""

import pytest

from daybook.connections.models import CompanyFile
from daybook.directory.models import Staff
from daybook.directory.preflight import look
from daybook.intake.staging import PERSON, Arrived, cells_of
from daybook.outbox.models import Link

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("order", "written"), [("first_last", "Ana Kim"), ("last_first", "Kim, Ana")])
def test_the_name_that_an_employee_will_have_follows_the_order_of_the_file(
    company_file: CompanyFile, order: str, written: str
) -> None:
    CompanyFile.objects.update(choices={"employee_names": order})
    staff = Staff(first_name="Ana", last_name="Kim")
    assert look(staff).full_name == written
    Link.objects.create(company_file=company_file, kind="vendor", list_id="80000001-1", name=written, full_name=written)
    assert [problem.field for problem in look(staff).problems] == ["last_name"]


@pytest.mark.parametrize("name", ["Ana Kim", "Kim, Ana"])
def test_an_employee_who_came_with_a_name_alone_gets_first_and_last_name(name: str) -> None:
    cells = cells_of("employee", Arrived("80000002-1", name=name, base={"name": name}))
    staged = dict(zip(("base", *PERSON), cells.content, strict=True))
    assert (staged["first_name"], staged["last_name"]) == ("Ana", "Kim")
