"""Envelopes of every shape that real clients send, and the answers in the client's own version of SOAP."""

import re

import pytest
from lxml import etree

from daybook.webconnector import soap
from tests.webconnector.pc import PC, SOAP_11, SOAP_12, envelope, fault_of

CALL = '<clientVersion xmlns="http://developer.intuit.com/"><strVersion>2.3.0.215</strVersion></clientVersion>'


def result_of(content: bytes, operation: str) -> str | None:
    root = etree.fromstring(content)
    return root.findtext(f".//{{{soap.SERVICE}}}{operation}Result")


@pytest.mark.parametrize("prefix", ["soap", "s", "SOAP-ENV", "soapenv", "_"])
def test_any_prefix_is_understood(pc: PC, prefix: str) -> None:
    text = (
        f'<{prefix}:Envelope xmlns:{prefix}="{SOAP_11}" xmlns:w="{soap.SERVICE}"><{prefix}:Header/><{prefix}:Body>'
        f"<w:clientVersion><w:strVersion>2.3</w:strVersion></w:clientVersion></{prefix}:Body></{prefix}:Envelope>"
    )
    assert result_of(pc.post(text.encode()).content, "clientVersion") == ""


def test_an_envelope_without_any_prefix_is_understood(pc: PC) -> None:
    text = f'<Envelope xmlns="{SOAP_11}"><Body>{CALL}</Body></Envelope>'
    assert result_of(pc.post(text.encode()).content, "clientVersion") == ""


def test_parameters_may_come_in_any_order_and_without_the_namespace(pc: PC) -> None:
    call = (
        f'<w:authenticate xmlns:w="{soap.SERVICE}" a="1" b="2"><strPassword>{pc.password}</strPassword>'
        f"<strUserName>{pc.connector.user_name}</strUserName></w:authenticate>"
    )
    found = re.findall("<string>([^<]*)</string>", pc.post(envelope(call)).text)
    assert found[1] == "none"


def test_authenticate_always_gives_two_texts(pc: PC) -> None:
    call = f'<authenticate xmlns="{soap.SERVICE}"><strUserName>x</strUserName><strPassword/></authenticate>'
    assert len(re.findall("<string>", pc.post(envelope(call)).text)) == 2


@pytest.mark.parametrize(
    "action",
    ["", '"http://developer.intuit.com/clientVersion"', "http://developer.intuit.com/clientVersion", '""'],
)
def test_the_soap_action_may_be_quoted_bare_or_missing(pc: PC, action: str) -> None:
    answer = pc.post(envelope(CALL), **({"SOAPAction": action} if action else {}))
    assert (answer.status_code, fault_of(answer)) == (200, "")


def test_a_soap_action_of_another_operation_is_refused(pc: PC) -> None:
    answer = pc.post(envelope(CALL), SOAPAction='"http://developer.intuit.com/authenticate"')
    assert (answer.status_code, "names another operation" in fault_of(answer)) == (500, True)


def test_soap_1_2_is_answered_in_soap_1_2(pc: PC) -> None:
    kind = 'application/soap+xml; charset=utf-8; action="http://developer.intuit.com/clientVersion"'
    answer = pc.post(envelope(CALL, SOAP_12), **{"Content-Type": kind})
    assert answer.headers["Content-Type"] == "application/soap+xml; charset=utf-8"
    assert etree.fromstring(answer.content).tag == f"{{{SOAP_12}}}Envelope"
    assert result_of(answer.content, "clientVersion") == ""
    wrong = pc.post(envelope(CALL.replace("clientVersion", "unknown"), SOAP_12), **{"Content-Type": kind})
    assert (wrong.status_code, fault_of(wrong).startswith("The SOAPAction names")) == (400, True)


def test_soap_1_1_is_answered_in_soap_1_1(pc: PC) -> None:
    answer = pc.post(envelope(CALL))
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert etree.fromstring(answer.content).tag == f"{{{SOAP_11}}}Envelope"


def test_an_envelope_of_an_unknown_version_is_told_so(pc: PC) -> None:
    answer = pc.post(envelope(CALL, "http://example.test/soap/9.9"))
    assert "VersionMismatch" in answer.text and answer.status_code == 500


def test_a_header_that_must_be_understood_is_refused(pc: PC) -> None:
    head = '<soap:Header><x xmlns="urn:x" soap:mustUnderstand="1"/></soap:Header>'
    assert "MustUnderstand" in pc.post(envelope(CALL, head=head)).text
    assert fault_of(pc.post(envelope(CALL, head=head.replace('"1"', '"0"')))) == ""


@pytest.mark.parametrize(
    "inner",
    [
        "",
        CALL * 2,
        CALL.replace("developer.intuit.com", "example.test"),
        CALL.replace("</strVersion>", "</strVersion><strVersion>1</strVersion>"),
        CALL.replace("2.3.0.215", "<b>2.3</b>"),
        CALL.replace("<strVersion>", "stray<strVersion>"),
        "<soap:Fault/>",
    ],
)
def test_what_is_not_one_plain_call_is_refused(pc: PC, inner: str) -> None:
    answer = pc.post(envelope(inner))
    assert (answer.status_code, bool(fault_of(answer))) == (500, True)


def test_operations_that_only_other_services_have_are_refused_by_name(pc: PC) -> None:
    call = f'<getInteractiveURL xmlns="{soap.SERVICE}"><wcTicket>x</wcTicket></getInteractiveURL>'
    assert "getInteractiveURL is not an operation" in fault_of(pc.post(envelope(call)))


def test_text_in_a_cdata_section_is_the_same_text(pc: PC) -> None:
    assert fault_of(pc.post(envelope(CALL.replace("2.3.0.215", "<![CDATA[2.3.0.215]]>")))) == ""


def test_cookies_are_neither_set_nor_needed(pc: PC) -> None:
    answer = pc.post(envelope(CALL), Cookie="ASP.NET_SessionId=abc")
    assert answer.status_code == 200 and "set-cookie" not in answer.headers


def test_get_shows_a_page_and_the_description(pc: PC) -> None:
    with pc.client as client:
        for address in ("http://localhost/webconnector/", "http://localhost/webconnector/support/"):
            assert client.get(address).status_code == 200
        described = client.get("http://localhost/webconnector/?WSDL")
        assert described.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert etree.fromstring(described.content).tag == "{http://schemas.xmlsoap.org/wsdl/}definitions"
        assert client.get("http://localhost/webconnector/elsewhere/").status_code == 404
        assert client.put("http://localhost/webconnector/").status_code == 405


def test_a_password_does_not_travel_over_plain_http_from_elsewhere(pc: PC) -> None:
    pc.address = "192.0.2.7"
    assert "over https only" in fault_of(pc.post(envelope(CALL)))
    assert fault_of(pc.post(envelope(CALL), **{"X-Forwarded-Proto": "https"})) == ""
    pc.address = "127.0.0.1"
    assert "over https only" in fault_of(pc.post(envelope(CALL), **{"X-Forwarded-Proto": "http"}))
