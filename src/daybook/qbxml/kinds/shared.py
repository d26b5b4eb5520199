"""Runs of elements that several kinds have in common."""

from __future__ import annotations

BAR_CODE = """
--r BarCodeValue                 50
am- BarCode                      group
am-     BarCodeValue             50
am-     AssignEvenIfUsed         bool
am-     AllowOverride            bool
"""

CONTACTS = """
--r ContactsRet                  group *
--r     ListID                   id
--R     TimeCreated              datetime
--R     TimeModified             datetime
--r     EditSequence             16
--r     Contact                  41
--r     Salutation               15
--R     FirstName                25
--r     MiddleName               5
--r     LastName                 25
--r     JobTitle                 41
--r     AdditionalContactRef     contact_way *5
-m- ContactsMod                  group *
-m-     ListID                   id
-m-     EditSequence             16
-m-     Salutation               15
-M-     FirstName                25
-m-     MiddleName               5
-m-     LastName                 25
-m-     JobTitle                 41
-m-     AdditionalContactRef     contact_way *5
a-- Contacts                     group *
a--     Salutation               15
A--     FirstName                25
a--     MiddleName               5
a--     LastName                 25
a--     JobTitle                 41
a--     AdditionalContactRef     contact_way *5
"""

ADDITIONAL_NOTES = """
--r AdditionalNotesRet           group *
--R     NoteID                   int
--R     Date                     date
--R     Note                     4095
-m- AdditionalNotesMod           group *
-M-     NoteID                   int
-M-     Note                     4095
a-- AdditionalNotes              group *
"""

SALES_OR_PURCHASE = """
-m- either
-M-     SalesOrPurchaseMod       group
-m-         Desc                 4095
-m-         either
-M-             Price            price
-M-             PricePercent     percent
-m-         AccountRef           ref159
-m-         ApplyAccountRefToExistingTxns bool
-M-     SalesAndPurchaseMod      group
-m-         SalesDesc            4095
-m-         SalesPrice           price
-m-         IncomeAccountRef     ref159
-m-         ApplyIncomeAccountRefToExistingTxns bool
-m-         PurchaseDesc         4095
-m-         PurchaseCost         price
-m-         PurchaseTaxCodeRef   ref3 ~
-m-         ExpenseAccountRef    ref159
-m-         ApplyExpenseAccountRefToExistingTxns bool
-m-         PrefVendorRef        ref41
A-r either
A-R     SalesOrPurchase          group
a-r         Desc                 4095
a-r         either
A-R             Price            price
A-R             PricePercent     percent
a-r         AccountRef           ref159
A-R     SalesAndPurchase         group
a-r         SalesDesc            4095
a-r         SalesPrice           price
a-r         IncomeAccountRef     ref159
a-r         PurchaseDesc         4095
a-r         PurchaseCost         price
a-r         PurchaseTaxCodeRef   ref3 ~
a-r         ExpenseAccountRef    ref159
a-r         PrefVendorRef        ref41
"""
