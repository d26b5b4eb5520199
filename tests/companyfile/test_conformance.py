"""Every answer of the company file is valid by Intuit's schemas, whatever is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daybook.companyfile import CompanyFile
from daybook.companyfile.rules import REFERS_TO
from daybook.qbxml.envelope import Request, read_answers, write_set
from daybook.qbxml.fields import Field, Kind, named
from daybook.qbxml.kinds import KINDS
from daybook.qbxml.messages import REQUEST_NAMES
from tests.companyfile.talk import Clock, Talk, customer
from tests.oracle import oracle, schema, schema_errors
from tests.qbxml.making import values_for

pytestmark = pytest.mark.conformance

VERSIONS = ("13.0", "16.0")
FEW = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_the_answers_about_the_sample_firm_are_valid(talk: Talk, kind: Kind, version: str) -> None:
    request = Request(f"{kind.name}QueryRq", "1", {}, {"ActiveStatus": "All"})
    assert schema_errors(talk.say(write_set([request], version=version)), version) == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_whatever_is_added_comes_back_valid_and_whole(talk: Talk, books: CompanyFile, kind: Kind) -> None:
    oracle()
    targets = _targets(books)

    @FEW
    @given(st.data())
    def check(data: st.DataObject) -> None:
        version = data.draw(st.sampled_from(VERSIONS))
        given_values = data.draw(values_for(kind.add, version))
        values = _with_targets(kind.add, given_values, targets)
        request = Request(f"{kind.name}AddRq", "1", {}, {f"{kind.name}Add": values})
        text = talk.say(write_set([request], version=version))
        assert schema_errors(text, version) == []
        answer = read_answers(text).answers[0]
        assert answer.status_code in (0, 3070, 3090, 3100, 3140, 3150)
        if answer.status_code == 0:
            returned = answer.records[0].values
            asked = Request(f"{kind.name}QueryRq", "1", {}, {"ListID": [returned["ListID"]]})
            text = talk.say(write_set([asked], version=version))
            assert schema_errors(text, version) == []
            assert read_answers(text).answers[0].records[0].values == returned
            lost = {
                name
                for name, value in values.items()
                if isinstance(value, str) and value.strip() and name not in returned and _in_ret(kind, name, version)
            }
            assert lost == set()

    check()


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.mod], ids=lambda kind: kind.key)
def test_whatever_is_changed_comes_back_valid(talk: Talk, books: CompanyFile, kind: Kind) -> None:
    oracle()
    targets = _targets(books)
    entries = books.entries(kind.key, show="all", limit=1)
    list_id = entries[0].list_id if entries else talk.add(kind.name, **_smallest(kind)).records[0].values["ListID"]

    @FEW
    @given(st.data())
    def check(data: st.DataObject) -> None:
        version = kind.mod_since or data.draw(st.sampled_from(VERSIONS))
        values = _with_targets(kind.mod, data.draw(values_for(kind.mod, version)), targets)
        values |= {"ListID": list_id, "EditSequence": books.find(kind.key, list_id).edit_sequence}
        request = Request(f"{kind.name}ModRq", "1", {}, {f"{kind.name}Mod": values})
        text = talk.say(write_set([request], version=version))
        assert schema_errors(text, version) == []
        assert read_answers(text).answers[0].status_code in (0, 3070, 3090, 3100, 3130, 3140, 3150)
        asked = Request(f"{kind.name}QueryRq", "1", {}, {"ListID": [list_id]})
        for other in VERSIONS:
            assert schema_errors(talk.say(write_set([asked], version=other)), other) == []

    check()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_other_answer_is_valid(talk: Talk, books: CompanyFile, version: str) -> None:
    books.delete("vendor", "Northgate Couriers")
    added = talk.add("Customer", Name="Short-lived").records[0].values
    sets: list[tuple[list[Request], dict[str, Any]]] = [
        ([Request("HostQueryRq", "1"), Request("CompanyQueryRq", "2", {}, {"OwnerID": ["0"]})], {}),
        ([Request("PreferencesQueryRq", "1")], {}),
        ([Request("ListDeletedQueryRq", "1", {}, {"ListDelType": ["Vendor"]})], {}),
        ([Request("ListDelRq", "1", {}, {"ListDelType": "Customer", "ListID": added["ListID"]})], {}),
        ([Request("ListDelRq", "1", {}, {"ListDelType": "Customer", "ListID": added["ListID"]})], {}),
        ([Request("CustomerQueryRq", "1", {"iterator": "Start"}, {"MaxReturned": "5"})], {}),
        ([Request("CustomerQueryRq", "1", {"iterator": "Start"})], {}),
        ([Request("CustomerQueryRq", "1", {"iterator": "Continue", "iteratorID": "{x}"}, {"MaxReturned": "5"})], {}),
        ([customer("1", "Juniper Legal"), customer("2", "Foxglove")], {"on_error": "stopOnError"}),
        ([customer("1", "Foxglove")], {"new_set_id": "DB-1"}),
        ([customer("1", "Foxglove 2")], {"new_set_id": "DB-1"}),
        ([], {"new_set_id": "DB-1", "old_set_id": "DB-1"}),
        ([], {"old_set_id": "DB-1"}),
        ([], {"old_set_id": "DB-1"}),
        ([], {"new_set_id": "x" * 30, "old_set_id": "x" * 30}),
    ]
    for requests, how in sets:
        text = talk.say(write_set(requests, version=version, **how))
        assert schema_errors(text, version) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_request_of_the_schema_is_answered_validly(talk: Talk, version: str) -> None:
    schema(version)
    without_table = [
        name
        for name, since in REQUEST_NAMES.items()
        if float(since) <= float(version) and name not in ("HostQueryRq", "ListDelRq", "ListDeletedQueryRq")
        and name.removesuffix("Rq").removesuffix("Add").removesuffix("Mod").removesuffix("Query")
        not in {kind.name for kind in KINDS.values()} | {"Host", "Company", "Preferences"}
    ]  # fmt: skip
    assert len(without_table) > 100
    for name in without_table:
        text = talk.say(
            f'<?qbxml version="{version}"?><QBXML><QBXMLMsgsRq onError="stopOnError"><{name} requestID="1"/>'
            "</QBXMLMsgsRq></QBXML>"
        )
        assert schema_errors(text, version) == []
        assert read_answers(text).answers[0].status_code == 3250


def test_intuits_own_sample_requests_are_answered(talk: Talk, path: Path, clock: Clock) -> None:
    folder = oracle() / "samples" / "official-intuit"
    answered = 0
    for sample in sorted(folder.rglob("*.xml")):
        text = talk.say(sample.read_bytes())
        assert schema_errors(text, "16.0") == [], sample.name
        answered += 1
    assert answered == 50


# Making values that the file can take


def _targets(books: CompanyFile) -> dict[str, str]:
    return {
        name: entries[0].list_id
        for name, kinds in REFERS_TO.items()
        if (entries := [entry for kind in kinds for entry in books.entries(kind, limit=1)])
    }


def _with_targets(fields: tuple[Field, ...], values: dict[str, Any], targets: dict[str, str]) -> dict[str, Any]:
    """The values with every reference pointing at a record, or gone where there is none."""
    tables = {field.name: field for field in named(fields)}
    changed: dict[str, Any] = {}
    for name, value in values.items():
        inner = {field.name for field in named(tables[name].children)}
        if inner == {"ListID", "FullName"}:
            if name in targets:
                one = {"ListID": targets[name]}
                changed[name] = [one] if isinstance(value, list) else one
            elif tables[name].required:
                changed[name] = value
        elif isinstance(value, dict):
            changed[name] = _with_targets(tables[name].children, value, targets)
        elif isinstance(value, list) and tables[name].children:
            changed[name] = [_with_targets(tables[name].children, one, targets) for one in value]
        else:
            changed[name] = value
    return changed


def _in_ret(kind: Kind, name: str, version: str) -> bool:
    return any(
        field.name == name and (field.since is None or float(field.since) <= float(version))
        for field in named(kind.ret)
    )


def _smallest(kind: Kind) -> dict[str, Any]:
    if kind.key == "item_fixed_asset":
        return {"Name": "Plotter", "AcquiredAs": "New", "PurchaseDesc": "Plotter", "PurchaseDate": "2026-01-01"}
    return {"Name": "Smallest"}
