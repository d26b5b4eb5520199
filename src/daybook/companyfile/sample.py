"""Fills a new company file with the sample firm; the same seed and day give the same records."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from daybook.companyfile import sample_lists as lists_of
from daybook.companyfile.rules import Lists
from daybook.companyfile.store import Row, Store, Values
from daybook.qbxml.kinds import KINDS

YEARS = 6
MOST_JOBS = 4


def fill(store: Store, *, customers: int, seed: int, today: date) -> None:
    """Fill an empty file: the sample firm, then made-up customers and jobs until there are `customers` of them."""
    with store.filling():
        prepare(store)
        store.set("company", lists_of.COMPANY)
        store.set("preferences", lists_of.PREFERENCES)
        SampleFirm(store, Random(seed), today).fill(customers)
        _name_the_tax_preferences(store)


def prepare(store: Store) -> None:
    """What every file has: a mode, a time zone and an identity of its own, whatever the seed."""
    store.set("mode", "multi")
    store.set("time_zone", "America/New_York")
    store.set("company", {"CompanyName": store.path.stem})
    store.set("file_id", f"{{{str(uuid.uuid4()).upper()}}}")


class SampleFirm:
    """The firm's records, added one after the other on days of the last years."""

    def __init__(self, store: Store, random: Random, today: date) -> None:
        self.random = random
        self._store = store
        self._end = int(datetime(today.year, today.month, today.day, tzinfo=UTC).timestamp())
        self._now = self._end - YEARS * 365 * 86400
        self._lists = Lists(store, lambda: datetime.fromtimestamp(self._now, UTC))

    def fill(self, customers: int) -> None:
        """Add every list, referred-to lists first."""
        self._accounts()
        for kind, text in (
            ("customer_type", lists_of.CUSTOMER_TYPES),
            ("job_type", lists_of.JOB_TYPES),
            ("vendor_type", lists_of.VENDOR_TYPES),
        ):
            self._tree(kind, text)
        self._tree("class", lists_of.CLASSES)
        self._small_lists()
        self._employees()
        self._vendors()
        for name in lists_of.OTHER_NAMES.strip().splitlines():
            self._add("other_name", {"Name": name})
        for name, entity in _pairs(lists_of.SALES_REPS):
            self._add("sales_rep", {"Initial": name, "SalesRepEntityRef": {"FullName": entity}})
        self._items()
        made = self._customers(customers)
        if customers > made:
            self._store.insert(self._more_customers(customers - made))

    def _add(self, kind: str, values: Values) -> Row:
        self._now += self.random.randrange(3600, 4 * 86400)
        self._now = min(self._now, self._end - 60)
        for name in ("Name", "FirstName"):
            if values.get(name, "").startswith("-"):
                values = values | {name: values[name][1:], "IsActive": "false"}
        return self._lists.add(KINDS[kind], values)

    # The small lists

    def _accounts(self) -> None:
        for name, type_, number, under in _table(lists_of.ACCOUNTS, 4):
            values: Values = {"Name": name, "AccountType": type_, "AccountNumber": number}
            if under:
                values["ParentRef"] = {"FullName": under}
            if type_ in ("Bank", "CreditCard"):
                values["OpenBalance"] = self._amount(200_00, 60_000_00)
            self._add("account", values)

    def _tree(self, kind: str, text: str) -> None:
        for path, active in _paths(text):
            values: Values = {"Name": ("" if active else "-") + path[-1]}
            if len(path) > 1:
                values["ParentRef"] = {"FullName": ":".join(path[:-1])}
            self._add(kind, values)

    def _small_lists(self) -> None:
        for name, days in _pairs(lists_of.TERMS):
            self._add("terms_standard", {"Name": name, "StdDueDays": days})
        for name, day in _pairs(lists_of.DATE_TERMS):
            self._add("terms_date_driven", {"Name": name, "DayOfMonthDue": day})
        for name, type_ in _pairs(lists_of.PAYMENT_METHODS):
            self._add("payment_method", {"Name": name, "PaymentMethodType": type_})
        for name, code in _pairs(lists_of.CURRENCIES):
            self._add("currency", {"Name": name, "CurrencyCode": code})
        self._add("sales_tax_code", {"Name": "Tax", "IsTaxable": "true", "Desc": "Taxable sales"})
        self._add("sales_tax_code", {"Name": "Non", "IsTaxable": "false", "Desc": "Not taxable"})
        for name, type_, account in _table(lists_of.WAGES, 3):
            self._add(
                "payroll_item_wage", {"Name": name, "WageType": type_, "ExpenseAccountRef": {"FullName": account}}
            )

    # People and firms

    def _employees(self) -> None:
        for first, middle, last, title, city, hired in _table(lists_of.EMPLOYEES, 6):
            mail = f"{first.lstrip('-').lower()}.{last.lower()}@tidewater.example".replace("á", "a")
            address = {
                "Addr1": self._street(),
                "City": city,
                "State": "ME",
                "PostalCode": f"04{self.random.randrange(100, 110)}",
            }
            self._add(
                "employee",
                {
                    "FirstName": first, "MiddleName": middle, "LastName": last, "JobTitle": title,
                    "EmployeeAddress": address,
                    "Phone": self._phone(), "Email": mail, "EmployeeType": "Regular", "HiredDate": hired,
                },
            )  # fmt: skip

    def _vendors(self) -> None:
        for name, type_, terms, town in _table(lists_of.VENDORS, 4):
            self._add(
                "vendor",
                {
                    "Name": name, "CompanyName": name.lstrip("-"), "VendorAddress": self._address(name, town),
                    "Phone": self._phone(), "VendorTypeRef": {"FullName": type_}, "TermsRef": {"FullName": terms},
                },
            )  # fmt: skip

    def _customers(self, most: int) -> int:
        made = 0
        for line in _table(lists_of.CUSTOMERS, 7)[:most]:
            name, *about, jobs = line
            customer = self._add("customer", self._customer(name, *about))
            made += 1
            for path, active in _paths(jobs):
                above = ":".join((customer.full_name, *path[:-1]))
                self._add(
                    "customer", {"ParentRef": {"FullName": above}, **self._job(path[-1], active and customer.is_active)}
                )
                made += 1
        return made

    def _customer(self, name: str, type_: str, terms: str, rep: str, town: str, contact: str) -> Values:
        first, _, last = contact.rpartition(" ")
        values: Values = {
            "Name": name, "CompanyName": name.lstrip("-"), "FirstName": first[:25], "LastName": last,
            "BillAddress": self._address(name, town), "Phone": self._phone(), "Email": _mail(contact, name),
            "Contact": contact,
            "CustomerTypeRef": {"FullName": type_}, "TermsRef": {"FullName": terms}, "SalesRepRef": {"FullName": rep},
            "SalesTaxCodeRef": {"FullName": "Tax"}, "ItemSalesTaxRef": {"FullName": "Maine Sales Tax"},
        }  # fmt: skip
        if self.random.random() < 0.3:
            values["OpenBalance"] = self._amount(100_00, 9_000_00)
        return values

    def _job(self, name: str, active: bool) -> Values:
        start = datetime.fromtimestamp(self._now, UTC).date() + timedelta(days=self.random.randrange(5, 60))
        return {
            "Name": name,
            "IsActive": "true" if active else "false",
            "JobStatus": self.random.choice(("InProgress", "Awarded", "Pending")) if active else "Closed",
            "JobStartDate": start.isoformat(),
            "JobDesc": f"{name}, as agreed",
            "JobTypeRef": {"FullName": self.random.choice(lists_of.JOB_TYPES.split("; "))},
        }

    # Items

    def _items(self) -> None:
        self._add(
            "item_sales_tax",
            {"Name": "Maine Sales Tax", "TaxRate": "5.5", "TaxVendorRef": {"FullName": "State Revenue Office"}},
        )
        self._add(
            "item_sales_tax",
            {"Name": "Out of State", "TaxRate": "0", "TaxVendorRef": {"FullName": "State Revenue Office"}},
        )
        self._add("item_sales_tax_group", {"Name": "Maine Total", "ItemSalesTaxRef": [{"FullName": "Maine Sales Tax"}]})
        for kind, text in (
            ("item_service", lists_of.SERVICES),
            ("item_other_charge", lists_of.OTHER_CHARGES),
            ("item_non_inventory", lists_of.NON_INVENTORY),
        ):
            for name, says, price, account, under in _table(text, 5):
                sale = {"Desc": says, "Price": price, "AccountRef": {"FullName": account}}
                values: Values = {"Name": name, "SalesTaxCodeRef": {"FullName": "Non"}, "SalesOrPurchase": sale}
                if under:
                    values["ParentRef"] = {"FullName": under}
                self._add(kind, values)
        for name, says, price, account, _ in _table(lists_of.INVENTORY, 5):
            values = {"Name": name, "SalesDesc": says, "SalesPrice": price, "IncomeAccountRef": {"FullName": account}}
            values |= {
                "COGSAccountRef": {"FullName": "Project Printing"},
                "AssetAccountRef": {"FullName": "Inventory Asset"},
            }
            self._add("item_inventory", values)
        self._add("item_subtotal", {"Name": "Subtotal", "ItemDesc": "Subtotal"})
        self._add(
            "item_discount",
            {"Name": "Courtesy discount", "DiscountRatePercent": "10.0", "AccountRef": {"FullName": "Fee Income"}},
        )
        self._add("item_payment", {"Name": "Part payment", "ItemDesc": "Payment on account"})
        lines = [
            {"ItemRef": {"FullName": "Survey"}, "Quantity": "8"},
            {"ItemRef": {"FullName": "Plan Prints"}, "Quantity": "4"},
        ]
        self._add("item_group", {"Name": "Survey package", "ItemDesc": "Survey with prints", "ItemGroupLine": lines})

    # Very many customers, made without asking the file about each

    def _more_customers(self, count: int) -> Iterator[Row]:
        references = self._references()
        first = self._store.next_number("entity")
        self._store.numbers_used_to("entity", first + count)
        firms = _firm_names(self.random)
        self._now = self._end - YEARS * 365 * 86400
        step = max(1, (self._end - self._now) // (count + 1))
        made = 0
        while made < count:
            name = next(firms)
            top = self._raw(first + made, None, {**self._customer_values(name, references)})
            yield top
            made += 1
            self._now += step
            for job in self._raw_jobs(
                top, first + made, min(count - made, self.random.randrange(MOST_JOBS + 1)), references
            ):
                yield job
                made += 1
                self._now += step

    def _raw_jobs(self, top: Row, number: int, count: int, references: dict[str, list[Values]]) -> Iterator[Row]:
        above = top
        for index, job in enumerate(self.random.sample(_words(lists_of.JOB_WORDS), count)):
            nested = index == 2
            name = self.random.choice(_words(lists_of.PARTS)) if nested else job
            parent = above if nested else top
            values = self._job(name, top.is_active and self.random.random() < 0.9)
            values["JobTypeRef"] = self.random.choice(references["JobTypeRef"])
            above = self._raw(number + index, parent, values)
            yield above

    def _raw(self, number: int, parent: Row | None, values: Values) -> Row:
        name = values["Name"]
        row = Row(
            "customer", "entity", f"{0x80000000 + number:08X}-{self._now}", name,
            f"{parent.full_name}:{name}" if parent else name, parent.list_id if parent else "",
            parent.sublevel + 1 if parent else 0, values.get("IsActive", "true") == "true", str(self._now),
            self._now, self._now,
            {"Balance": "0.00", "TotalBalance": "0.00", "JobStatus": "None", **values},
        )  # fmt: skip
        self._lists.complete(row)
        return row

    def _customer_values(self, name: str, references: dict[str, list[Values]]) -> Values:
        contact = self.random.choice(_words(lists_of.CONTACTS))
        town = self.random.choice(_words(lists_of.TOWNS))
        first, _, last = contact.partition(" ")
        return {
            "Name": name, "CompanyName": name, "FirstName": first, "LastName": last,
            "BillAddress": self._address(name, town),
            "Phone": self._phone(), "Email": _mail(contact, name), "Contact": contact,
            "IsActive": "true" if self.random.random() < 0.93 else "false",
            **{name: self.random.choice(choices) for name, choices in references.items() if name != "JobTypeRef"},
        }  # fmt: skip

    def _references(self) -> dict[str, list[Values]]:
        kinds = {
            "CustomerTypeRef": "customer_type",
            "TermsRef": "terms_standard",
            "SalesRepRef": "sales_rep",
            "JobTypeRef": "job_type",
        }
        return {
            element: [
                {"ListID": row.list_id, "FullName": row.full_name, "Space": row.space}
                for row in self._store.many("kind = ? ORDER BY id", (kind,))
            ]
            for element, kind in kinds.items()
        }

    # Small things

    def _amount(self, least: int, most: int) -> str:
        cents = self.random.randrange(least, most)
        return f"{cents // 100}.{cents % 100:02d}"

    def _phone(self) -> str:
        return f"207-555-{self.random.randrange(10000):04d}"

    def _street(self) -> str:
        return f"{self.random.randrange(1, 400)} {self.random.choice(_words(lists_of.STREETS))}"

    def _address(self, name: str, town: str) -> Values:
        city, _, rest = town.partition(", ")
        state, _, code = rest.partition(" ")
        return {
            "Addr1": name.lstrip("-")[:41],
            "Addr2": self._street(),
            "City": city,
            "State": state,
            "PostalCode": code,
        }


def _name_the_tax_preferences(store: Store) -> None:
    """References in the preferences get the ListIDs of their records."""
    preferences = store.setting("preferences")
    for element, kind in (
        ("DefaultItemSalesTaxRef", "item_sales_tax"),
        ("DefaultTaxableSalesTaxCodeRef", "sales_tax_code"),
        ("DefaultNonTaxableSalesTaxCodeRef", "sales_tax_code"),
    ):
        reference = preferences["SalesTaxPreferences"][element]
        row = store.by_full_name([kind], reference["FullName"])
        if row:
            preferences["SalesTaxPreferences"][element] = {"ListID": row.list_id, "FullName": row.full_name}
    store.set("preferences", preferences)


def _firm_names(random: Random) -> Iterator[str]:
    firsts, seconds = lists_of.FIRST_WORDS.split(), lists_of.SECOND_WORDS.split()
    names = [f"{first} {second}" for first in firsts for second in seconds]
    random.shuffle(names)
    number = 1
    while True:
        yield from names if number == 1 else (f"{name} {number}" for name in names)
        number += 1


def _mail(contact: str, firm: str) -> str:
    user = "".join(letter for letter in contact.rsplit(maxsplit=1)[-1].lower() if letter.isascii() and letter.isalpha())
    host = "".join(letter for letter in firm.lower() if letter.isascii() and letter.isalnum())[:20]
    return f"{user}@{host}.example"


_SPLIT: dict[str, list[str]] = {}


def _words(text: str) -> list[str]:
    if text not in _SPLIT:
        _SPLIT[text] = [word.strip() for word in text.split(";")]
    return _SPLIT[text]


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (word.partition("=") for word in _words(text))]


def _table(text: str, width: int) -> list[list[str]]:
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [line + [""] * (width - len(line)) for line in lines]


def _paths(text: str) -> Iterator[tuple[list[str], bool]]:
    """Each record of a tree as its path and whether it is active."""
    path: list[str] = []
    for word in filter(None, _words(text)):
        depth = len(path[:1]) if word.startswith(">") else 0
        parts = [part.strip() for part in word.lstrip(">").split(">")]
        for offset, part in enumerate(parts):
            name = part.lstrip("-").strip()
            path = [*path[: depth + offset], name]
            yield list(path), not part.startswith("-")
