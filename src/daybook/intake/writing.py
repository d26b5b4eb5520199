"""Writes what is new, in short transactions, as rows of a batch that nobody sees until it is published."""

# ruff: noqa: S608 (the parts of the statements are written here; values go as parameters)

from datetime import datetime
from typing import Any

from daybook.intake import lists, sql, types
from daybook.intake.models import ImportRun

WRITE_ROWS = 6000

_FROM = "FROM intake_arrival a JOIN intake_content c ON c.id = a.id"
_WHERE = "WHERE a.id >= %(low)s AND a.id < %(high)s"
_NEW_CUSTOMER = f"{_WHERE} AND a.kind || '' = 'customer' AND a.decision = 'new' AND %(level)s IN (a.sublevel, -1)"
_ENTRY = """LEFT JOIN directory_listentry {alias} ON {alias}.company_file_id = %(file)s AND {alias}.kind = {kind}
    AND {alias}.list_id = {id}"""
_CONTACT_ID = "CASE WHEN c.has_contact THEN a.id + %(contact)s END"

# {types} is filled in: the types of ours beside the ListIDs of the types of the books that they stand for.
_TYPES = "WITH types (list_id, type_id) AS (VALUES ('', CAST(NULL AS bigint)){types})"
_TYPE = "LEFT JOIN types t ON t.list_id = c.type_list_id"

CONTACTS = f"""
INSERT INTO directory_contact (id, client_id, salutation, first_name, last_name, job_title, company, address_lines,
    city, state, postal_code, country, phone, alt_phone, fax, email, use_main_address, is_active, batch_id)
SELECT a.id + %(contact)s, a.client_id, c.salutation, c.first_name, c.last_name, c.job_title, c.company_name,
    c.address_lines, c.city, c.state, c.postal_code, c.country, c.phone, c.alt_phone, c.fax, SUBSTR(c.email, 1, 254),
    FALSE, TRUE, %(batch)s
{_FROM} {_NEW_CUSTOMER} AND c.has_contact"""

CLIENTS = f"""
INSERT INTO directory_client (id, name, folded_name, company_name, client_type_id, notes, is_active,
    billing_contact_id, created_at, changed_at, batch_id)
{_TYPES}
SELECT a.subject_id, a.name, a.folded_name, c.company_name, t.type_id, c.notes, a.is_active,
    {_CONTACT_ID}, %(now)s, %(now)s, %(batch)s
{_FROM} {_TYPE}
{_NEW_CUSTOMER} AND a.subject_kind = 'client'"""

_PROJECT_COLUMNS = """INSERT INTO directory_project (id, client_id, parent_id, name, folded_name, display_name,
    status_id, project_type_id, terms_id, tax_item_id, start_date, due_date, description, notes, is_active,
    is_client_itself, billing_contact_id, created_at, changed_at, batch_id)"""
_STATUS = "CASE WHEN a.is_active THEN %(status)s ELSE %(inactive_status)s END"

PROJECTS = f"""
{_PROJECT_COLUMNS}
{_TYPES}
SELECT a.subject_id, a.client_id, a.parent_id, a.name, a.folded_name, a.name, {_STATUS}, t.type_id,
    COALESCE(s.id, d.id), x.id, c.start_date, c.due_date, c.description, c.notes, a.is_active, FALSE, {_CONTACT_ID},
    %(now)s, %(now)s, %(batch)s
{_FROM} {_TYPE}
{_ENTRY.format(alias="s", kind="'terms_standard'", id="c.terms_list_id")} AND c.terms_list_id <> ''
{_ENTRY.format(alias="d", kind="'terms_date_driven'", id="c.terms_list_id")} AND c.terms_list_id <> ''
{_ENTRY.format(alias="x", kind="'item_sales_tax'", id="c.tax_item_list_id")} AND c.tax_item_list_id <> ''
{_NEW_CUSTOMER} AND a.subject_kind = 'project'"""

# A customer without jobs also stands as a project of its own, where the firm chose so.
CLIENTS_THEMSELVES = f"""
{_PROJECT_COLUMNS}
SELECT a.id + %(project)s, a.subject_id, NULL, a.name, a.folded_name, a.name, {_STATUS}, NULL, COALESCE(s.id, d.id),
    x.id, NULL, NULL, '', '', a.is_active, TRUE, {_CONTACT_ID}, %(now)s, %(now)s, %(batch)s
{_FROM}
{_ENTRY.format(alias="s", kind="'terms_standard'", id="c.terms_list_id")} AND c.terms_list_id <> ''
{_ENTRY.format(alias="d", kind="'terms_date_driven'", id="c.terms_list_id")} AND c.terms_list_id <> ''
{_ENTRY.format(alias="x", kind="'item_sales_tax'", id="c.tax_item_list_id")} AND c.tax_item_list_id <> ''
{_NEW_CUSTOMER} AND a.subject_kind = 'client' AND NOT a.has_jobs"""

STAFF = f"""
INSERT INTO directory_staff (id, salutation, first_name, middle_name, last_name, email, phone, mobile, address_lines,
    city, state, postal_code, country, title, hired, released, is_active, default_class_id, created_at, changed_at,
    batch_id)
SELECT a.subject_id, c.salutation, c.first_name, c.middle_name, c.last_name, SUBSTR(c.email, 1, 254), c.phone, c.mobile,
    c.address_lines, c.city, c.state, c.postal_code, c.country, c.job_title, c.start_date, c.due_date, a.is_active,
    e.id, %(now)s, %(now)s, %(batch)s
{_FROM}
{_ENTRY.format(alias="e", kind="'class'", id="c.type_list_id")} AND c.type_list_id <> ''
{_WHERE} AND a.kind || '' = 'employee' AND a.decision = 'new'"""

# A link that stands already (known by name only so far) is turned in the last transaction, where people see it turn.
LINKS = f"""
INSERT INTO outbox_link (company_file_id, kind, list_id, edit_sequence, name, full_name, folded_name, parent_list_id,
    root_list_id, sublevel, is_active, time_modified, base, subject_kind, subject_id, state, batch_id, agreed_at)
SELECT %(file)s, a.kind, a.list_id, a.edit_sequence, a.name, a.full_name, a.folded_full_name, a.parent_list_id,
    a.root_list_id, a.sublevel, a.is_active, a.time_modified, c.base,
    CASE WHEN a.subject_id IS NULL THEN '' ELSE a.subject_kind END, a.subject_id,
    CASE WHEN a.subject_id IS NULL THEN 'theirs_only' ELSE 'shared' END, %(batch)s, %(now)s
{_FROM} {_WHERE} AND a.kind IN ('customer', 'employee', 'vendor', 'other_name') AND a.link_id IS NULL
    AND a.decision IN ('new', 'adopt', 'clash', 'waiting', 'aside') AND %(level)s IN (a.sublevel, -1)
ON CONFLICT DO NOTHING"""

HISTORY = f"""
INSERT INTO history_change (at, actor_id, actor_name, subject_kind, subject_id, action, summary, differences, reason,
    batch_id)
SELECT %(now)s, %(actor)s, %(actor_name)s, a.subject_kind, a.subject_id,
    CASE WHEN a.decision = 'new' THEN 'imported' ELSE 'linked' END,
    CASE WHEN a.decision = 'new' THEN 'Imported from QuickBooks: ' ELSE 'Linked to QuickBooks by name: ' END
        || a.full_name,
    '{{}}', '', %(batch)s
FROM intake_arrival a
{_WHERE} AND a.decision IN ('new', 'adopt') AND a.subject_id IS NOT NULL AND %(level)s IN (a.sublevel, -1)"""

ENTRIES = f"""
INSERT INTO directory_listentry (company_file_id, kind, list_id, name, full_name, parent_list_id, sublevel, is_active,
    edit_sequence, time_modified, fields, batch_id)
SELECT %(file)s, a.kind, a.list_id, a.name, a.full_name, a.parent_list_id, a.sublevel, a.is_active, a.edit_sequence,
    a.time_modified, c.base, %(batch)s
{_FROM} WHERE a.run_id = %(run)s AND a.kind = %(kind)s AND a.decision = 'new'
ON CONFLICT DO NOTHING"""


def write_lookups(run: ImportRun, now: datetime) -> None:
    """Write the new entries of the lists that are only looked up."""
    values = {"run": run.pk, "file": run.company_file_id, "batch": run.batch_id, "now": sql.moment(now)}
    for kind in lists.LOOKUPS:
        if run.counts.get(kind, {}).get("new"):
            sql.run(ENTRIES, values | {"kind": kind})
    types.write(run)


def write_range(run: ImportRun, values: dict[str, Any], low: int, high: int, level: int) -> None:
    """Write the new names with arrival ids from `low` to below `high`; of customers one level, or all (-1)."""
    given = values | {"low": low, "high": high, "level": level}
    if run.counts.get("customer"):
        sql.run(CONTACTS, given)
        _run_with_types(CLIENTS, run, "customer_type", given)
        _run_with_types(PROJECTS, run, "job_type", given)
        if level in (-1, 0) and run.choices.get("customers_without_jobs") == "client_and_project":
            sql.run(CLIENTS_THEMSELVES, given)
    if level in (-1, 0) and run.counts.get("employee"):
        sql.run(STAFF, given)
    sql.run(LINKS, given)
    sql.run(HISTORY, given)


def _run_with_types(statement: str, run: ImportRun, kind: str, given: dict[str, Any]) -> None:
    rows, values = "", dict(given)
    for place, (list_id, number) in enumerate(types.standing_for(run, kind).items()):
        rows += f", (%(type{place})s, {number})"
        values[f"type{place}"] = list_id
    sql.run(statement.replace("{types}", rows), values)
