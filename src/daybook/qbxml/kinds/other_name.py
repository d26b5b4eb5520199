"""Other names: people and firms that are neither customer, vendor nor employee."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

OTHER_NAME = kind(
    "OtherName",
    "other_name",
    f"""
{STAMPS}
Amr Name                         41
amr IsActive                     bool
amr CompanyName                  41
amr Salutation                   15
amr FirstName                    25
amr MiddleName                   5
amr LastName                     25
amr OtherNameAddress             address
--r OtherNameAddressBlock        block
amr Phone                        21
amr AltPhone                     21
amr Fax                          21
amr Email                        1023
amr Contact                      41
amr AltContact                   41
amr AccountNumber                99
amr Notes                        4095
a-r ExternalGUID                 guid
--r DataExtRet                   data_ext *
    """,
    query=list_query(),
    group="entity",
)
