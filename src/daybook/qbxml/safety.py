"""Reading XML from outside: no document type, no entities, no network, limits on size and depth."""

from __future__ import annotations

from lxml import etree

DEEPEST = 40
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


def parse(text: str | bytes, largest: int, error: type[ValueError]) -> etree._Element:
    """The root of a document, or the given error if it is too large, is not XML or has a document type."""
    data, encoding = _bytes_of(text, error)
    if len(data) > largest:
        raise error(f"the document is larger than {largest} bytes")
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError) as trouble:
        raise error(f"the document is not XML: {trouble}") from trouble
    if root.getroottree().docinfo.internalDTD is not None:
        raise error("the document has a document type, which qbXML does not")
    return root


def _bytes_of(text: str | bytes, error: type[ValueError]) -> tuple[bytes, str | None]:
    try:
        data, encoding = (text.encode("utf-8"), "utf-8") if isinstance(text, str) else (text, None)
    except UnicodeEncodeError as trouble:
        raise error("the document holds half a character") from trouble
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise error("the document has a document type, which qbXML does not")
    return data.lstrip() if encoding else data, encoding


def elements_of(element: etree._Element) -> list[etree._Element]:
    """The child elements, without processing instructions."""
    return [child for child in element if isinstance(child.tag, str)]


def has_text(element: etree._Element) -> bool:
    """Whether there is text between the child elements."""
    if element.text and element.text.strip():
        return True
    return any(child.tail and child.tail.strip() for child in element)


def plain_attributes(element: etree._Element) -> dict[str, str]:
    """The attributes, without those that only point to a schema."""
    return {str(name): str(value) for name, value in element.items() if not str(name).startswith(_SCHEMA_INSTANCE)}
