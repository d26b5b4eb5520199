"""Payroll items for wages."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

WAGE_TYPES = "|".join(
    """
    Bonus Commission HourlyOvertime HourlyRegular HourlySick HourlyVacation SalaryRegular SalarySick
    SalaryVacation
    """.split()
)

PAYROLL_ITEM_WAGE = kind(
    "PayrollItemWage",
    "payroll_item_wage",
    f"""
{STAMPS}
Amr Name                         31
amr IsActive                     bool
A-r WageType                     ={WAGE_TYPES}
amr PayrollItemDetailTypeValue   int @16.0
Amr ExpenseAccountRef            ref159
amr OvertimeMultiplier           price @16.0
amr either
AMR     Rate                     price @16.0
AMR     RatePercent              percent @16.0
    """,
    query=list_query(owner=False),
    group="payroll_item",
    mod_since="16.0",
)
