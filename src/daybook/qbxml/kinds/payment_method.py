"""Ways to pay."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

PAYMENT_METHOD_TYPES = "|".join(
    """
    AmericanExpress Cash Check DebitCard Discover ECheck GiftCard MasterCard Other OtherCreditCard Visa
    """.split()
)
METHOD_FILTER = f"""
q         PaymentMethodType     ={PAYMENT_METHOD_TYPES} *
"""

PAYMENT_METHOD = kind(
    "PaymentMethod",
    "payment_method",
    f"""
{STAMPS}
A-r Name                         31
a-r IsActive                     bool
a-r PaymentMethodType            ={PAYMENT_METHOD_TYPES}
    """,
    query=list_query(METHOD_FILTER, owner=False),
    mod=False,
)
