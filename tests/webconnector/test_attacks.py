"""XML made to hurt: refused with a SOAP fault, quickly, and without taking memory."""

import resource
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from daybook.companyfile.webconnector import NoService
from daybook.webconnector import soap
from tests.monitor.harness import House, State
from tests.webconnector.pc import PC, Session, envelope, fault_of

MOST_SECONDS, MOST_MEMORY = 0.05, 24 * 2**20  # what came is up to 8 MB, and is held once as bytes and once as text

BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def call(inner: str) -> str:
    return f'<receiveResponseXML xmlns="{soap.SERVICE}">{inner}</receiveResponseXML>'


def attributes(written: str) -> str:
    """200,000 attributes, each written like this."""
    return " ".join(written.format(number) for number in range(200_000))


ATTACKS: dict[str, Callable[[], bytes]] = {
    "a document type": lambda: b"<!DOCTYPE x>" + envelope(call("")),
    "a billion laughs": lambda: BOMB.encode() + envelope(call("<ticket>&j;</ticket>")),
    "a file read from here": lambda: (
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + envelope(call("<ticket>&f;</ticket>"))
    ),
    "a document type in the answer": lambda: envelope(call("<response>&lt;!DOCTYPE x&gt;&lt;QBXML/&gt;</response>")),
    "an entity in the answer": lambda: envelope(call("<response>&lt;!ENTITY a 'b'&gt;</response>")),
    "a document type in a CDATA section": lambda: envelope(call("<response><![CDATA[<!DOCTYPE x>]]></response>")),
    "a text of 12 MB": lambda: envelope(call(f"<response>{'x' * 12_000_000}</response>")),
    "50,000 nested tags": lambda: envelope(call("<a>" * 50_000 + "</a>" * 50_000)),
    "200,000 attributes": lambda: envelope(call("<a " + attributes('a{}="1"') + "/>")),
    "200,000 attributes with spaces": lambda: envelope(call("<a " + attributes("a{} = '>'") + "/>")),
    "a million empty tags": lambda: envelope(call("<a/>" * 1_000_000)),
    "tags behind comments and sections": lambda: envelope("<!-- <![CDATA[ -->" + "<a/>" * 200_000 + "<!-- ]]> -->"),
    "another encoding": lambda: envelope(call("")).replace(b"utf-8", b"utf-16"),
    "an encoding that lies": lambda: envelope(call("<message>é</message>")).decode().encode("latin-1"),
    "UTF-16": lambda: envelope(call("")).decode().encode("utf-16"),
    "no XML at all": lambda: b"\x00\xff" * 1000,
    "nothing": lambda: b"",
    "half an envelope": lambda: envelope(call(""))[:150],
    "an entity that nobody declared": lambda: envelope(call("<ticket>&secret;</ticket>")),
    "a control character": lambda: envelope(call("<ticket>&#1;</ticket>")),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_with_a_fault(pc: PC, name: str) -> None:
    answer = pc.post(ATTACKS[name]())
    assert (answer.status_code, bool(fault_of(answer))) == (500, True)
    assert "root:" not in answer.text


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_costs_no_time_and_no_memory(pc: PC, name: str) -> None:
    body = ATTACKS[name]()
    times = []
    for _ in range(5):
        began = time.perf_counter()
        assert pc.knock(body) == 500
        times.append(time.perf_counter() - began)
    assert min(times) < MOST_SECONDS
    tracemalloc.start()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pc.knock(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert max(peak, grown) < MOST_MEMORY


def test_more_than_eight_megabytes_are_not_even_read(pc: PC) -> None:
    assert pc.knock(b"", length=100 * 2**20) == 500
    assert "larger than 8 MB" in fault_of(pc.post(envelope(call(f"<response>{'x' * 9_000_000}</response>"))))


def test_an_attack_in_the_answer_of_a_session_moves_nothing(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    session = Session(pc)
    answer = session.carry(session.up_to("CustomerAddRq"))
    with pytest.raises(NoService, match="document type"):
        session.receive(f"<!DOCTYPE x>{answer}")
    assert house.state(posting) == State.SENT
    assert session.receive(answer) == 99
    assert house.state(posting) == State.POSTED
    session.close()


@pytest.mark.parametrize(
    "answer",
    [
        "<a>" * 50_000 + "</a>" * 50_000,
        "<QBXML><QBXMLMsgsRs " + attributes('a{}="1"') + "/></QBXML>",
        "<QBXML><QBXMLMsgsRs><CustomerAddRs requestID='1' statusCode='0'>" + "<x>" * 20_000,
        "<QBXML>" + "\ufffd" * 100_000,
    ],
)
def test_an_answer_made_to_hurt_is_looked_up_instead(house: House, pc: PC, answer: str) -> None:
    posting = house.ask("Zenith")
    session = Session(pc)
    session.carry(session.up_to("CustomerAddRq"))
    began = time.perf_counter()
    with suppress(NoService):  # refused at the door, or found unreadable behind it
        session.receive(answer)
    assert time.perf_counter() - began < 1
    session.close()
    house.clock.pass_by(minutes=1)
    pc.update()
    assert house.state(posting) == State.POSTED and len(house.found("Zenith")) == 1


@given(data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_is_answered_in_soap_and_soon(pc: PC, data: st.DataObject) -> None:
    whole = bytearray(envelope(call("<ticket>x</ticket><response>&lt;QBXML/&gt;</response>")))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(whole)))
        cut = data.draw(st.integers(0, 12))
        markup = st.sampled_from([b"<", b"&", b"]]>", b"<?", b"<!"])
        whole[place : place + cut] = data.draw(st.binary(max_size=6) | markup)
    began = time.perf_counter()
    answer = pc.post(bytes(whole))
    assert time.perf_counter() - began < 1
    assert answer.status_code in (200, 500)
    assert etree.fromstring(answer.content).tag.endswith("}Envelope")
    assert "Daybook made a mistake" not in answer.text
