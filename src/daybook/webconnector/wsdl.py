"""The description of the service for programs that read one: document/literal, SOAP 1.1 and 1.2."""

from xml.sax.saxutils import quoteattr

from daybook.webconnector.soap import SERVICE

PARAMETERS: dict[str, tuple[tuple[str, str], ...]] = {
    "serverVersion": (),
    "clientVersion": (("strVersion", "string"),),
    "authenticate": (("strUserName", "string"), ("strPassword", "string")),
    "sendRequestXML": (
        ("ticket", "string"),
        ("strHCPResponse", "string"),
        ("strCompanyFileName", "string"),
        ("qbXMLCountry", "string"),
        ("qbXMLMajorVers", "int"),
        ("qbXMLMinorVers", "int"),
    ),
    "receiveResponseXML": (("ticket", "string"), ("response", "string"), ("hresult", "string"), ("message", "string")),
    "connectionError": (("ticket", "string"), ("hresult", "string"), ("message", "string")),
    "getLastError": (("ticket", "string"),),
    "closeConnection": (("ticket", "string"),),
}
RESULTS = {"authenticate": "tns:ArrayOfString", "receiveResponseXML": "s:int"}

_HEAD = f"""\
<?xml version="1.0" encoding="utf-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:s="http://www.w3.org/2001/XMLSchema"
    xmlns:tns="{SERVICE}" targetNamespace="{SERVICE}">
"""
_ARRAY = """\
<s:complexType name="ArrayOfString"><s:sequence>
<s:element name="string" type="s:string" nillable="true" minOccurs="0" maxOccurs="unbounded"/>
</s:sequence></s:complexType>
"""


def wsdl(address: str) -> str:
    """The description, with the address at which this service is."""
    parts = [_HEAD, _types(), *map(_messages, PARAMETERS), _port_type()]
    parts += [_binding("soap", "QBWebConnectorSvcSoap"), _binding("soap12", "QBWebConnectorSvcSoap12")]
    return "".join([*parts, _service(address), "</wsdl:definitions>\n"])


def _types() -> str:
    elements = "".join(_element(name, given) + _answer(name) for name, given in PARAMETERS.items())
    schema = f'<s:schema elementFormDefault="qualified" targetNamespace="{SERVICE}">\n{elements}{_ARRAY}</s:schema>\n'
    return f"<wsdl:types>\n{schema}</wsdl:types>\n"


def _element(name: str, given: tuple[tuple[str, str], ...]) -> str:
    # A number is always there, as it has no empty form; a text may be left out.
    parts = "".join(
        f'<s:element name="{part}" type="s:{kind}" minOccurs="{int(kind == "int")}"/>' for part, kind in given
    )
    return f'<s:element name="{name}"><s:complexType><s:sequence>{parts}</s:sequence></s:complexType></s:element>\n'


def _answer(name: str) -> str:
    kind = RESULTS.get(name, "s:string")
    result = f'<s:element name="{name}Result" type="{kind}" minOccurs="{int(kind == "s:int")}"/>'
    return (
        f'<s:element name="{name}Response"><s:complexType><s:sequence>{result}</s:sequence></s:complexType>'
        "</s:element>\n"
    )


def _messages(name: str) -> str:
    return "".join(
        f'<wsdl:message name="{name}{suffix}"><wsdl:part name="parameters" element="tns:{element}"/></wsdl:message>\n'
        for suffix, element in (("SoapIn", name), ("SoapOut", f"{name}Response"))
    )


def _port_type() -> str:
    operations = "".join(
        f'<wsdl:operation name="{name}"><wsdl:input message="tns:{name}SoapIn"/>'
        f'<wsdl:output message="tns:{name}SoapOut"/></wsdl:operation>\n'
        for name in PARAMETERS
    )
    return f'<wsdl:portType name="QBWebConnectorSvcSoap">\n{operations}</wsdl:portType>\n'


def _binding(prefix: str, name: str) -> str:
    body = f'<{prefix}:body use="literal"/>'
    operations = "".join(
        f'<wsdl:operation name="{one}"><{prefix}:operation soapAction="{SERVICE}{one}" style="document"/>'
        f"<wsdl:input>{body}</wsdl:input><wsdl:output>{body}</wsdl:output></wsdl:operation>\n"
        for one in PARAMETERS
    )
    carried = f'<{prefix}:binding transport="http://schemas.xmlsoap.org/soap/http"/>\n'
    return f'<wsdl:binding name="{name}" type="tns:QBWebConnectorSvcSoap">\n{carried}{operations}</wsdl:binding>\n'


def _service(address: str) -> str:
    ports = "".join(
        f'<wsdl:port name="{name}" binding="tns:{name}"><{prefix}:address location={quoteattr(address)}/></wsdl:port>\n'
        for prefix, name in (("soap", "QBWebConnectorSvcSoap"), ("soap12", "QBWebConnectorSvcSoap12"))
    )
    return f'<wsdl:service name="QBWebConnectorSvc">\n{ports}</wsdl:service>\n'
