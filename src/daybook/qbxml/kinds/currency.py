"""Currencies."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

CURRENCY = kind(
    "Currency",
    "currency",
    f"""
{STAMPS}
Amr Name                         64
amr IsActive                     bool
Amr CurrencyCode                 3
amr CurrencyFormat               group
amr     ThousandSeparator        =|Comma|Period|Space|Apostrophe
amr     ThousandSeparatorGrouping =|XX_XXX_XXX|X_XX_XX_XXX
amr     DecimalPlaces            =|0|2
amr     DecimalSeparator         =|Period|Comma
--r IsUserDefinedCurrency        bool
--r ExchangeRate                 float
--r AsOfDate                     date
    """,
    query=list_query(owner=False),
)
