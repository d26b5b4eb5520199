"""What QuickBooks would refuse in a customer, a job or an employee, found before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from daybook.books import customer, employee
from daybook.books.letters import listed, strangers, transliterated
from daybook.books.names import CUSTOMER_NAME, FULL_NAME, LEVELS, acceptable, full_name, problems_of_name
from daybook.books.problems import Problem

PARTS = ("first_name", "middle_name", "last_name")
LABELS = {
    "name": "The name",
    "company_name": "The company name",
    "salutation": "The salutation",
    "first_name": "The first name",
    "middle_name": "The middle name",
    "last_name": "The last name",
    "job_title": "The title",
    "phone": "The phone number",
    "alt_phone": "The other phone number",
    "mobile": "The mobile number",
    "fax": "The fax number",
    "email": "The e-mail address",
    "contact": "The contact",
    "alt_contact": "The other contact",
    "account_number": "The account number",
    "job_description": "The description",
    "notes": "The notes",
    "lines": "An address line",
    "city": "The city",
    "state": "The state",
    "postal_code": "The postal code",
    "country": "The country",
}


def problems_of_customer(
    snapshot: Mapping[str, Any],
    *,
    ancestors: Iterable[str] = (),
    taken: Iterable[str] = (),
    preferences: Mapping[str, Any] | None = None,
) -> list[Problem]:
    """The problems of a customer or job; ``ancestors`` are the names above it from the top, ``taken`` the siblings."""
    above = list(ancestors)
    name = str(snapshot.get("name") or "")
    found = [_at("name", problem) for problem in problems_of_name(name, CUSTOMER_NAME, taken=taken)]
    found += _depth(above, name)
    found += _texts(snapshot, {field: size for field, size in customer.LIMITS.items() if field != "name"})
    found += _address(snapshot.get("bill_address"), customer.ADDRESS_LIMITS, customer.ADDRESS_LINES)
    if snapshot.get("class_") and preferences is not None and not preferences.get("class_tracking", True):
        found.append(Problem("class_off", "Classes are switched off in QuickBooks.", field="class_"))
    return found


def problems_of_employee(snapshot: Mapping[str, Any], *, taken: Iterable[str] = ()) -> list[Problem]:
    """The problems of an employee, whose name the books make from first, middle and last name."""
    first, middle, last = (str(snapshot.get(part) or "") for part in PARTS)
    name = employee.name_of(first, middle, last)
    found = _texts(snapshot, employee.LIMITS) + _colons(snapshot)
    if not found or not name:
        # What would be a fine whole name is no last name: only the last name, cut to what is left for it, is offered.
        room = CUSTOMER_NAME - len(name) + len(last.strip())
        offers = {"too_long": last.strip()[: max(room, 0)].strip()}
        found += [
            Problem(problem.code, problem.sentence, offers.get(problem.code, ""), "last_name")
            for problem in problems_of_name(name, CUSTOMER_NAME, taken=taken)
            if problem.code in ("empty", "taken", "too_long")
        ]
    return found + _address(snapshot.get("address"), employee.ADDRESS_LIMITS, employee.ADDRESS_LINES)


def _colons(snapshot: Mapping[str, Any]) -> list[Problem]:
    texts = {part: str(snapshot.get(part) or "") for part in PARTS}
    return [
        Problem("colon", f"{LABELS[part]} cannot hold a colon.", acceptable(text, employee.LIMITS[part]), part)
        for part, text in texts.items()
        if ":" in text
    ]


def _at(field: str, problem: Problem) -> Problem:
    return Problem(problem.code, problem.sentence, problem.offer, field)


def _depth(above: list[str], name: str) -> list[Problem]:
    if len(above) >= LEVELS:
        sentence = f"QuickBooks allows {LEVELS} levels below one another; this would be level {len(above) + 1}."
        return [Problem("too_deep", sentence, field="parent")]
    length = len(full_name(*above, name))
    if length > FULL_NAME:
        sentence = f"With the names above it the name has {length} characters; QuickBooks takes {FULL_NAME}."
        return [Problem("full_name_too_long", sentence, field="name")]
    return []


def _texts(snapshot: Mapping[str, Any], limits: Mapping[str, int]) -> list[Problem]:
    return [
        problem
        for field, limit in limits.items()
        for problem in problems_of_text(field, str(snapshot.get(field) or ""), limit)
    ]


def problems_of_text(field: str, text: str, limit: int) -> list[Problem]:
    """The problems of one text that is no name: too long, or letters that QuickBooks cannot keep."""
    label, found = LABELS.get(field, "The text"), []
    if len(text) > limit:
        sentence = f"{label} has {len(text)} characters; QuickBooks takes {limit}."
        found.append(Problem("too_long", sentence, text[:limit].strip(), field))
    odd = strangers(text)
    if odd:
        sentence = f"{label} holds what QuickBooks cannot keep: {listed(odd)}."
        found.append(Problem("letters", sentence, transliterated(text)[:limit].strip(), field))
    return found


def _address(address: Mapping[str, Any] | None, limits: Mapping[str, int], most: int) -> list[Problem]:
    if not address:
        return []
    lines = [str(line) for line in address.get("lines", ()) if line]
    found = [problem for line in lines for problem in problems_of_text("lines", line, limits["lines"])]
    if len(lines) > most:
        sentence = f"The address has {len(lines)} lines before the city; QuickBooks takes {most}."
        found.append(Problem("too_many_lines", sentence, field="lines"))
    rest = {field: limit for field, limit in limits.items() if field != "lines"}
    return found + _texts(address, rest)
