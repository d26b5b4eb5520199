"""The refusals of a company file, in words of the same shape as QuickBooks' own."""

from __future__ import annotations

from daybook.companyfile.errors import Refusal

_NOT_IN_LIST = "  QuickBooks error message: Invalid argument.  The specified record does not exist in the list."
_MODIFIED = " QuickBooks error message: This list has been modified by another user."

OK = "Status OK"
NOTHING_FOUND = "A query request did not find a matching object in QuickBooks"

PLURALS = {"Class": "Classes", "Currency": "Currencies", "StandardTerms": "Terms", "DateDrivenTerms": "Terms"}
"""Names of lists that do not simply end in s."""


def list_name(kind: str) -> str:
    """The list of a kind as messages write it."""
    return PLURALS.get(kind, kind + "s")


def request_id_too_long() -> Refusal:
    return Refusal(1060, "The request ID is longer than 50 characters.")


def not_found_warning(missing: str) -> str:
    """The text of status 500."""
    return f'The query request has not been fully completed. The element "{missing}" could not be found in QuickBooks.'


def bad_id(list_id: str) -> Refusal:
    return Refusal(3000, f'The given object ID "{list_id}" in the field "list id" is invalid.')


def too_long(element: str, longest: int) -> Refusal:
    return Refusal(3070, f'The string in the field "{element}" is too long.  The maximum length is {longest}.')


def bad_name(name: str) -> Refusal:
    return Refusal(
        3090, f'There was an error when storing "{name}" in the "Name" field: a name cannot contain a colon.'
    )


def name_in_use(name: str) -> Refusal:
    return Refusal(3100, f'The name "{name}" of the list element is already in use.')


def not_found(list_id: str) -> Refusal:
    return Refusal(3120, f'Object "{list_id}" specified in the request cannot be found.{_NOT_IN_LIST}')


def bad_parent(parent: str, kind: str) -> Refusal:
    return Refusal(
        3130, f'There is an invalid reference to a parent "{parent}" in the {list_name(kind)} list.{_NOT_IN_LIST}'
    )


def too_deep(parent: str, kind: str) -> Refusal:
    return Refusal(
        3130,
        f'There is an invalid reference to a parent "{parent}" in the {list_name(kind)} list.'
        "  QuickBooks error message: A list can have no more than five levels.",
    )


def bad_reference(target: str, value: str, kind: str) -> Refusal:
    return Refusal(3140, f'There is an invalid reference to QuickBooks {target} "{value}" in the {kind}.{_NOT_IN_LIST}')


def missing(element: str) -> Refusal:
    return Refusal(3150, f'There is a missing element: "{element}".')


def cannot_delete(name: str) -> Refusal:
    return Refusal(
        3160,
        f'Cannot delete the object "{name}".  QuickBooks error message: This list element is used by others,'
        " has elements under it or has a balance.",
    )


def modified_by_other(kind: str, name: str, code: int = 3180) -> Refusal:
    return Refusal(code, f'There was an error when saving a {kind} list, element "{name}".{_MODIFIED}')


def in_use(kind: str, name: str) -> Refusal:
    return Refusal(
        3175,
        f'There was an error adding, modifying or deleting the {kind} "{name}" because it is already in use.'
        "  QuickBooks error message: Another user is changing this list element.",
    )


def stale(edit_sequence: str) -> Refusal:
    return Refusal(3200, f'The provided edit sequence "{edit_sequence}" is out-of-date.')


def not_processed() -> Refusal:
    return Refusal(3231, "The request has not been processed, because an earlier request of the set failed.")


def not_available() -> Refusal:
    return Refusal(3250, "This feature is not enabled or not available in this version of QuickBooks.")


def no_permission(kind: str) -> Refusal:
    return Refusal(3260, f"The user has not the permission that the {kind} request needs.")


def no_personal_data() -> Refusal:
    return Refusal(3261, "The application has not been given access to personal data.")


def bad_iterator(iterator_id: str) -> Refusal:
    return Refusal(3391, f'The iteratorID "{iterator_id}" is not valid.')


def forced(code: int, kind: str, name: str) -> Refusal:
    """A refusal that the bookkeeper's side was told to give."""
    if code in (3170, 3176, 3177, 3180):
        return modified_by_other(kind, name, code)
    if code == 3175:
        return in_use(kind, name)
    return Refusal(code, f'There was an error when saving the {kind} "{name}" (status {code}).')
