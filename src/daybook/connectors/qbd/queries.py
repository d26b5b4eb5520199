"""The questions we ask: whole lists, what changed, single records, what was deleted, and the file about itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from daybook.qbxml.documents import Request
from daybook.qbxml.kinds import KINDS
from daybook.qbxml.shape import Values
from daybook.qbxml.types import from_datetime

PAGE = 500


def whole_list(
    kind: str,
    *,
    modified_from: datetime | None = None,
    page: int = PAGE,
    from_name: str | None = None,
    to_name: str | None = None,
    request_id: str = "1",
) -> Request:
    """A list with its inactive records: by pages where QuickBooks can (then go on with next_page), else all at once."""
    attributes = {"iterator": "Start"} if KINDS[kind].iterates else {}
    body = _filters(kind, modified_from, page, from_name, to_name)
    return Request(_query_name(kind), request_id, attributes, body)


def next_page(
    kind: str,
    iterator_id: str,
    *,
    modified_from: datetime | None = None,
    page: int = PAGE,
    from_name: str | None = None,
    to_name: str | None = None,
    request_id: str = "1",
) -> Request:
    """The next page, within the same session; the filters must be those of the first."""
    attributes = {"iterator": "Continue", "iteratorID": iterator_id}
    return Request(_query_name(kind), request_id, attributes, _filters(kind, modified_from, page, from_name, to_name))


def stop_pages(kind: str, iterator_id: str, *, request_id: str = "1") -> Request:
    """Tell QuickBooks that no further page is wanted."""
    return Request(
        _query_name(kind), request_id, {"iterator": "Stop", "iteratorID": iterator_id}, {"MaxReturned": str(PAGE)}
    )


def by_list_id(kind: str, *list_ids: str, request_id: str = "1") -> Request:
    """Records by their ListIDs; QuickBooks answers 500 where some are gone."""
    return Request(_query_name(kind), request_id, {}, {"ListID": list(list_ids)})


def by_full_name(kind: str, *full_names: str, request_id: str = "1") -> Request:
    """Records by their full names (``Customer:Job``)."""
    return Request(_query_name(kind), request_id, {}, {"FullName": list(full_names)})


def modified_since(kind: str, since: datetime, *, request_id: str = "1") -> Request:
    """All records modified since then, inactive ones too, in one answer; take an overlap, offsets are unreliable."""
    return Request(_query_name(kind), request_id, {}, _filters(kind, since, None, None, None))


def deleted_since(kinds: Iterable[str], since: datetime | None, *, request_id: str = "1") -> Request:
    """What was deleted or merged away in these lists; QuickBooks remembers it for 90 days."""
    body: Values = {"ListDelType": [KINDS[kind].list_del_type for kind in kinds]}
    if since is not None:
        body["DeletedDateRangeFilter"] = {"FromDeletedDate": from_datetime(since)}
    return Request("ListDeletedQueryRq", request_id, {}, body)


def host(*, request_id: str = "host") -> Request:
    """Which QuickBooks this is, and in which mode."""
    return Request("HostQueryRq", request_id)


def company(*, request_id: str = "company") -> Request:
    """Which company file this is; OwnerID 0 brings the custom fields and private marks with it."""
    return Request("CompanyQueryRq", request_id, {}, {"OwnerID": ["0"]})


def preferences(*, request_id: str = "preferences") -> Request:
    """What is switched on in the company file."""
    return Request("PreferencesQueryRq", request_id)


def _query_name(kind: str) -> str:
    return f"{KINDS[kind].name}QueryRq"


def _filters(
    kind: str, modified_from: datetime | None, page: int | None, from_name: str | None, to_name: str | None
) -> Values:
    body: Values = {"ActiveStatus": "All"}
    if page is not None and KINDS[kind].iterates:
        body["MaxReturned"] = str(page)
    if modified_from is not None:
        body["FromModifiedDate"] = from_datetime(modified_from)
    if from_name is not None or to_name is not None:
        names = {"FromName": from_name, "ToName": to_name}
        body["NameRangeFilter"] = {name: value for name, value in names.items() if value is not None}
    return body
