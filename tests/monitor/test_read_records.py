"""Records of one make are read by a pattern, and give what they give one by one."""

from typing import Any

import pytest

from daybook.monitor import arrivals
from daybook.qbxml.documents import Record
from daybook.qbxml.envelope import Cut, iter_cuts

HEAD = "<ListID>80-1</ListID><TimeModified>2026-01-05T10:00:00-05:00</TimeModified><EditSequence>7</EditSequence>"
NAME = "<Name>{name}</Name><FullName>{name}</FullName><IsActive>{active}</IsActive>"
REST = """<Sublevel>0</Sublevel><CompanyName>{name}</CompanyName><FirstName>{first}</FirstName>
<BillAddress><Addr1>{first} 1</Addr1><Addr2>{notes}</Addr2><City>Bath</City></BillAddress><Email>{first}@x.test</Email>
<TermsRef><ListID>80-9</ListID><FullName>Net 10</FullName></TermsRef><Notes>{notes}</Notes>"""
GUID = "<ExternalGUID>{{0AB5BE23-C1F1-4D8A-9A5B-1F7E6A4B8C01}}</ExternalGUID>"


def customers(*many: dict[str, str], body: str = HEAD + NAME + REST) -> list[Cut | Record]:
    plain = {"name": "Contoso", "active": "true", "first": "Ann", "notes": "none"}
    records = "".join(f"<CustomerRet>{body.format(**{**plain, **one})}</CustomerRet>" for one in many)
    attributes = 'requestID="1" statusCode="0" statusSeverity="Info" statusMessage="Status OK"'
    text = f"<QBXML><QBXMLMsgsRs><CustomerQueryRs {attributes}>{records}</CustomerQueryRs></QBXMLMsgsRs></QBXML>"
    return [part for part in iter_cuts(text) if isinstance(part, (Cut, Record))]


def one_by_one(part: Cut | Record) -> Any:
    return arrivals.cells_of("customer", part if isinstance(part, Record) else part.record())


@pytest.mark.parametrize(
    "texts",
    [
        {"name": "Fabrikam"},
        {"name": "Müller &amp; Söhne", "notes": "100 % %s"},
        {"notes": 'with "quotes", a \\ and \\u0000'},
        {"notes": "two\nlines", "first": "&lt;b&gt;"},
        {"active": "false"},
        {"notes": ""},
        {"first": ""},
        {"name": "漢字 \U0001f600"},
        {"first": "x" * 300},
    ],
)
def test_a_record_gives_the_same_by_its_pattern_as_by_itself(texts: dict[str, str]) -> None:
    for part in customers({}, texts, {"name": "Another"}):
        assert arrivals.cells_of("customer", part) == one_by_one(part)


def test_a_make_is_worked_out_once_for_each_of_its_switches() -> None:
    arrivals._pattern.cache_clear()
    for part in customers(*({"name": f"C{number}", "active": str(number % 2 == 0).lower()} for number in range(20))):
        arrivals.cells_of("customer", part)
    assert arrivals._pattern.cache_info().misses == 2


def test_a_text_that_is_changed_or_looked_at_has_no_pattern() -> None:
    for part in customers({}, body=HEAD + NAME + GUID + REST):
        assert isinstance(part, Cut)
        switches = ("true", "0")
        assert arrivals._pattern("customer", part.name, part.make, switches) is None
        head = arrivals.cells_of("customer", part).head
        assert head[-1] == "{0ab5be23-c1f1-4d8a-9a5b-1f7e6a4b8c01}"
    with pytest.raises(arrivals.LookedAt):
        arrivals.Mark("x") == "x"  # noqa: B015
