"""Filling a company file from the answers of a real one."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from daybook.companyfile import CompanyFile, create
from daybook.companyfile.loading import CannotLoad, documents
from daybook.qbxml.envelope import Record, Request, read_answers
from daybook.qbxml.kinds import KINDS
from tests.companyfile.talk import Clock, Talk
from tests.oracle import oracle, schema_errors

ANSWER = """<?xml version="1.0" ?><QBXML><QBXMLMsgsRs>{}</QBXMLMsgsRs></QBXML>"""
CUSTOMERS = ANSWER.format(
    '<CustomerQueryRs requestID="1" statusCode="0" statusSeverity="Info" statusMessage="Status OK">'
    "<CustomerRet><ListID>20000-933272655</ListID><TimeCreated>1999-07-29T11:24:15-08:00</TimeCreated>"
    "<TimeModified>2014-01-05T10:00:00-08:00</TimeModified><EditSequence>1388944800</EditSequence><Name>Kitchen</Name>"
    "<FullName>Old Friend:Kitchen</FullName><IsActive>true</IsActive><CompanyName>Wrong place</CompanyName>"
    "<ParentRef><ListID>10000-933272600</ListID><FullName>Old Friend</FullName></ParentRef><Sublevel>1</Sublevel>"
    "<TermsRef><ListID>40000-1</ListID><FullName>2% 10 Net 30</FullName></TermsRef>"
    "<DataExtRet><OwnerID>0</OwnerID><DataExtName>Region</DataExtName><DataExtType>STR255TYPE</DataExtType>"
    "<DataExtValue>North</DataExtValue></DataExtRet></CustomerRet></CustomerQueryRs>"
)


@pytest.fixture
def empty(tmp_path: Path) -> CompanyFile:
    return create(tmp_path / "copy.qbw", empty=True)


def load(file: CompanyFile, text: str, tmp_path: Path) -> object:
    (tmp_path / "answers.xml").write_text(text, encoding="utf-8")
    return file.load(tmp_path / "answers.xml")


def everything(talk: Talk) -> dict[str, list[Record]]:
    questions = [Request(f"{kind.name}QueryRq", key, body={"ActiveStatus": "All"}) for key, kind in KINDS.items()]
    return {answer.name: answer.records for answer in talk.ask_all(*questions, version="16.0").answers}


def test_a_whole_file_goes_round_without_loss(talk: Talk, empty: CompanyFile, clock: Clock, tmp_path: Path) -> None:
    talk.add("Customer", Name="Müller & Söhne", Notes="one\ntwo", OpenBalance="3.50")
    talk.add("Employee", FirstName="Sam", LastName="Lind", SSN="123-45-6789")
    questions = "".join(
        f"<{kind.name}QueryRq><ActiveStatus>All</ActiveStatus></{kind.name}QueryRq>" for kind in KINDS.values()
    )
    exported = talk.say(
        f'<?qbxml version="16.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">{questions}</QBXMLMsgsRq></QBXML>'
    )
    report = empty.load(_written(tmp_path, exported))
    other = Talk(empty.path, clock)
    assert everything(other) == everything(talk)
    assert not report.aside
    other.end()


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "answers.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_ids_times_and_references_stay_even_if_what_they_name_is_not_there(
    empty: CompanyFile, clock: Clock, tmp_path: Path
) -> None:
    load(empty, CUSTOMERS, tmp_path)
    talk = Talk(empty.path, clock)
    (record,) = talk.ask("CustomerQueryRq", {"ListID": ["20000-933272655"], "OwnerID": ["0"]}).records
    values = record.values
    assert values["TimeCreated"] == "1999-07-29T11:24:15-08:00"
    assert values["TimeModified"] == "2014-01-05T10:00:00-08:00"
    assert (values["EditSequence"], values["FullName"]) == ("1388944800", "Old Friend:Kitchen")
    assert values["ParentRef"] == {"ListID": "10000-933272600", "FullName": "Old Friend"}
    assert values["TermsRef"] == {"ListID": "40000-1", "FullName": "2% 10 Net 30"}
    assert values["DataExtRet"][0]["DataExtValue"] == "North"
    after = talk.mod("Customer", values, Fax="1").records[0].values
    assert (after["FullName"], after["TermsRef"]["ListID"]) == ("Old Friend:Kitchen", "40000-1")
    assert after["TimeCreated"] == "1999-07-29T11:24:15-08:00"
    talk.end()


def test_loading_again_replaces(empty: CompanyFile, tmp_path: Path) -> None:
    load(empty, CUSTOMERS, tmp_path)
    report = empty.load(tmp_path / "answers.xml")
    assert (dict(report.new), dict(report.replaced)) == ({}, {"customer": 1})
    assert empty.count("customer", show="all") == 1


def test_a_new_list_id_never_repeats_a_loaded_one(empty: CompanyFile, tmp_path: Path) -> None:
    load(empty, CUSTOMERS.replace("20000-933272655", "8000274C-1785964190"), tmp_path)
    assert empty.add("customer", "Next").list_id.startswith("8000274D-")


def test_what_is_no_list_record_is_kept_aside_and_reported(empty: CompanyFile, tmp_path: Path) -> None:
    invoice = (
        '<InvoiceAddRs statusCode="0" statusSeverity="Info" statusMessage="Status OK"><InvoiceRet><TxnID>1-1</TxnID>'
        "</InvoiceRet></InvoiceAddRs>"
        '<CustomerAddRs statusCode="3100" statusSeverity="Error" statusMessage="The name is in use"/>'
    )
    report = empty.load(_written(tmp_path, ANSWER.format(invoice)))
    assert dict(report.aside) == {"InvoiceRet: no list record that the sandbox keeps": 1}
    assert report.refused == 1
    assert empty.status()["aside"] == 1


def test_a_name_that_another_record_holds_goes_aside(books: CompanyFile, tmp_path: Path) -> None:
    text = CUSTOMERS.replace("<FullName>Old Friend:Kitchen</FullName>", "").replace(
        "<ParentRef><ListID>10000-933272600</ListID><FullName>Old Friend</FullName></ParentRef>", ""
    )
    report = books.load(_written(tmp_path, text.replace("<Name>Kitchen", "<Name>Juniper Legal")))
    assert list(report.aside) == ['CustomerRet: its name or ListID is held by "Juniper Legal"']


def test_values_that_no_answer_may_hold_go_aside_one_by_one(empty: CompanyFile, clock: Clock, tmp_path: Path) -> None:
    text = CUSTOMERS.replace("<CompanyName>Wrong place", f"<JobStatus>Dreaming</JobStatus><CompanyName>{'x' * 50}")
    report = empty.load(_written(tmp_path, text))
    assert sum(report.aside.values()) == 2
    assert empty.count("customer") == 1


@pytest.mark.parametrize("how", ["escaped", "as it stands"])
def test_a_soap_envelope_is_opened(empty: CompanyFile, tmp_path: Path, how: str) -> None:
    inner = html.escape(CUSTOMERS) if how == "escaped" else CUSTOMERS
    soap = (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        '<soap:Body><receiveResponseXML xmlns="http://developer.intuit.com/"><ticket>t</ticket>'
        f"<response>{inner}</response><hresult /><message /></receiveResponseXML></soap:Body></soap:Envelope>"
    )
    load(empty, soap, tmp_path)
    assert empty.find("customer", "Old Friend:Kitchen").list_id == "20000-933272655"


@pytest.mark.parametrize(
    "text", ["", "no XML at all", CUSTOMERS[:-60], CUSTOMERS.replace("</Name>", "</Nam>"), "<QBXML/>"]
)
def test_a_broken_text_is_refused_and_changes_nothing(empty: CompanyFile, tmp_path: Path, text: str) -> None:
    with pytest.raises(CannotLoad, match=r"answers\.xml"):
        load(empty, text, tmp_path)
    assert empty.status()["records"] == {}


@pytest.mark.conformance
def test_the_recorded_answers_of_real_files_load_and_come_back_valid(
    empty: CompanyFile, clock: Clock, tmp_path: Path
) -> None:
    recorded = sorted((oracle() / "samples").glob("recorded*/*rs*.xml")) + sorted(
        (oracle() / "samples").glob("recorded*/*response.xml")
    )
    given: dict[tuple[str, str], dict[str, object]] = {}
    for path in recorded:
        empty.load(path)
        for document in documents(path.read_bytes(), path.name):
            for answer in read_answers(document).answers:
                given |= {
                    (r.name, str(r.values.get("ListID"))): r.values for r in answer.records if "ListID" in r.values
                }
    talk = Talk(empty.path, clock)
    for version in ("13.0", "16.0"):
        for kind in KINDS.values():
            text = talk.say(
                f'<?qbxml version="{version}"?><QBXML><QBXMLMsgsRq onError="stopOnError"><{kind.name}QueryRq>'
                f"<ActiveStatus>All</ActiveStatus></{kind.name}QueryRq></QBXMLMsgsRq></QBXML>"
            )
            assert schema_errors(text, version) == []
            for record in read_answers(text).answers[0].records:
                loaded = given[record.name, record.values["ListID"]]
                assert {name: record.values[name] for name in loaded} == loaded
    talk.end()
    assert len(given) >= 12
