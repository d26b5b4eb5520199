"""The codes of QuickBooks Desktop, each as one sentence with who can act.

HRESULTs speak of the whole call, status codes of one request in it. Other codes than these exist; an unknown one from
1000 on is a refusal of the record and is told in QuickBooks' own words.
"""

from __future__ import annotations

from typing import NamedTuple

from daybook.connectors.errors import ConnectorError, FixConnection, FixRecord, InDoubt, OurFault, TryLater, Way

NOBODY = "Nobody has to act; Daybook tries again by itself"
BOOKKEEPER = "Whoever works in QuickBooks"
ADMINISTRATOR = "The administrator of QuickBooks"
SUPPORT = "Support; please send the details"
YOU = "You"

LINK: Way = {"way": "link", "sentence": "Link to the record that is there already."}
RENAME: Way = {"way": "rename", "sentence": "Choose another name and send it again."}
RELINK: Way = {"way": "relink", "sentence": "Link it to another record, or unlink it and send it as a new one."}
CHOOSE: Way = {"way": "choose", "sentence": "Choose another entry for that field and send it again."}
RESEND: Way = {"way": "resend", "sentence": "Once that is mended, in the record or in QuickBooks, send it again."}
WITHDRAW: Way = {"way": "withdraw", "sentence": "Withdraw it. The record stays in Daybook."}
SHORTEN: Way = {"way": "rename", "sentence": "Mend the value and send it again."}
DATE: Way = {"way": "date", "sentence": "Choose a day after the closing date."}


class Meaning(NamedTuple):
    """What a code means."""

    error: type[ConnectorError]
    sentence: str
    who_can_act: str
    ways_out: tuple[Way, ...] = ()


HRESULTS: dict[int, Meaning] = {
    0x80040154: Meaning(
        FixConnection, "The QuickBooks request processor is not installed on that machine.", ADMINISTRATOR
    ),
    0x80040308: Meaning(FixConnection, "The installed QuickBooks library has the wrong version.", ADMINISTRATOR),
    0x80010105: Meaning(InDoubt, "QuickBooks failed while it was at work; Daybook reads what was done.", NOBODY),
    0x80040400: Meaning(OurFault, "QuickBooks could not read what Daybook sent.", SUPPORT, (RESEND, WITHDRAW)),
    0x80040401: Meaning(FixConnection, "Daybook could not get access to QuickBooks.", ADMINISTRATOR),
    0x80040402: Meaning(InDoubt, "QuickBooks met an unexpected error; Daybook reads what was done.", NOBODY),
    0x80040403: Meaning(
        FixConnection, "QuickBooks could not open the company file. Has it been moved or renamed?", ADMINISTRATOR
    ),
    0x80040408: Meaning(TryLater, "QuickBooks could not be started.", NOBODY),
    0x80040409: Meaning(
        FixConnection,
        "The company file belongs to another version of QuickBooks than the one installed.",
        ADMINISTRATOR,
    ),
    0x8004040A: Meaning(TryLater, "Another company file is open in QuickBooks on that machine.", BOOKKEEPER),
    0x8004040D: Meaning(TryLater, "The session with QuickBooks has ended; Daybook opens a new one.", NOBODY),
    0x80040410: Meaning(
        TryLater, "The company file is in single-user mode. Switch it to multi-user mode to go on.", BOOKKEEPER
    ),
    0x80040414: Meaning(TryLater, "A dialog is open in QuickBooks. Close it to go on.", BOOKKEEPER),
    0x80040416: Meaning(TryLater, "QuickBooks is not running and no company file was named.", BOOKKEEPER),
    0x80040418: Meaning(
        FixConnection,
        "QuickBooks has not allowed Daybook in yet. Its Admin user must do so once, in single-user mode.",
        ADMINISTRATOR,
    ),
    0x8004041A: Meaning(
        FixConnection, "The QuickBooks user that Daybook logs in as has no permission for this.", ADMINISTRATOR
    ),
    0x8004041D: Meaning(
        FixConnection,
        "QuickBooks does not let Daybook log in by itself. Allow it under Preferences, Integrated Applications.",
        ADMINISTRATOR,
    ),
    0x80040420: Meaning(
        FixConnection,
        "Somebody refused Daybook access. Allow it again under Preferences, Integrated Applications.",
        ADMINISTRATOR,
    ),
    0x80040421: Meaning(TryLater, "QuickBooks shows a message that must be answered.", BOOKKEEPER),
    0x80040422: Meaning(TryLater, "Another program or user holds the company file for itself alone.", BOOKKEEPER),
}

LOCKED = "Somebody is working on this list or record in QuickBooks."

STATUS_CODES: dict[int, Meaning] = {
    500: Meaning(FixRecord, "QuickBooks no longer has some of the records asked for.", YOU, (RELINK, WITHDRAW)),
    501: Meaning(FixRecord, "QuickBooks no longer has some of the records asked for.", YOU, (RELINK, WITHDRAW)),
    510: Meaning(InDoubt, "QuickBooks did it but could not return the record.", NOBODY),
    530: Meaning(FixRecord, "This version of QuickBooks does not know one of the fields.", YOU, (RESEND, WITHDRAW)),
    531: Meaning(FixRecord, "This version of QuickBooks does not know one of the values.", YOU, (CHOOSE, WITHDRAW)),
    540: Meaning(FixRecord, "QuickBooks ignored part of the record.", YOU, (RESEND, WITHDRAW)),
    550: Meaning(FixRecord, "QuickBooks could not save part of the record.", YOU, (RESEND, WITHDRAW)),
    560: Meaning(FixRecord, "QuickBooks changed part of the record while saving it.", YOU, (RESEND, WITHDRAW)),
    570: Meaning(FixRecord, "A closed transaction cannot be linked to.", YOU, (CHOOSE, WITHDRAW)),
    600: Meaning(InDoubt, "QuickBooks remembers nothing of this sending; Daybook looks whether it is there.", NOBODY),
    1000: Meaning(InDoubt, "QuickBooks met an error of its own; Daybook looks whether it was done.", NOBODY),
    1010: Meaning(TryLater, "QuickBooks is not available at the moment.", NOBODY),
    1030: Meaning(OurFault, "QuickBooks does not know this request.", SUPPORT, (WITHDRAW,)),
    1060: Meaning(OurFault, "The number of the request is too long.", SUPPORT, (RESEND, WITHDRAW)),
    3000: Meaning(FixRecord, "The ID of a record is not one of this company file.", YOU, (RELINK, WITHDRAW)),
    3010: Meaning(OurFault, "A yes or no was not written as QuickBooks wants it.", SUPPORT, (RESEND, WITHDRAW)),
    3020: Meaning(FixRecord, "QuickBooks does not take one of the dates.", YOU, (SHORTEN, WITHDRAW)),
    3030: Meaning(OurFault, "A range of dates was not written as QuickBooks wants it.", SUPPORT, (RESEND,)),
    3031: Meaning(OurFault, "A range of names was not written as QuickBooks wants it.", SUPPORT, (RESEND,)),
    3035: Meaning(FixRecord, "QuickBooks does not take one of the durations.", YOU, (SHORTEN, WITHDRAW)),
    3040: Meaning(FixRecord, "QuickBooks does not take one of the amounts.", YOU, (SHORTEN, WITHDRAW)),
    3045: Meaning(FixRecord, "QuickBooks does not take one of the prices.", YOU, (SHORTEN, WITHDRAW)),
    3050: Meaning(FixRecord, "QuickBooks does not take one of the percentages.", YOU, (SHORTEN, WITHDRAW)),
    3060: Meaning(FixRecord, "QuickBooks does not take one of the quantities.", YOU, (SHORTEN, WITHDRAW)),
    3065: Meaning(OurFault, "A key was not written as QuickBooks wants it.", SUPPORT, (RESEND, WITHDRAW)),
    3070: Meaning(FixRecord, "One of the texts is too long for QuickBooks.", YOU, (SHORTEN, WITHDRAW)),
    3080: Meaning(FixRecord, "QuickBooks does not take one of the texts.", YOU, (SHORTEN, WITHDRAW)),
    3085: Meaning(FixRecord, "QuickBooks does not take one of the numbers.", YOU, (SHORTEN, WITHDRAW)),
    3090: Meaning(
        FixRecord, "QuickBooks does not take the name. A colon is not allowed in it.", YOU, (RENAME, WITHDRAW)
    ),
    3100: Meaning(
        FixRecord,
        "The name is taken in QuickBooks. Customers, vendors, employees and other names share one list of names.",
        YOU,
        (LINK, RENAME, WITHDRAW),
    ),
    3101: Meaning(FixRecord, "The name is taken in QuickBooks.", YOU, (LINK, RENAME, WITHDRAW)),
    3110: Meaning(FixRecord, "QuickBooks does not know one of the chosen values.", YOU, (CHOOSE, WITHDRAW)),
    3120: Meaning(
        FixRecord, "QuickBooks no longer has this record. It was deleted or merged there.", YOU, (RELINK, WITHDRAW)
    ),
    3130: Meaning(
        FixRecord, "QuickBooks does not have the customer or job that this belongs under.", YOU, (RELINK, WITHDRAW)
    ),
    3140: Meaning(
        FixRecord,
        "Something this record refers to is not in QuickBooks any more, or is in another list there.",
        YOU,
        (CHOOSE, RESEND, WITHDRAW),
    ),
    3150: Meaning(FixRecord, "QuickBooks wants a field that is empty.", YOU, (SHORTEN, WITHDRAW)),
    3151: Meaning(FixRecord, "Two of the fields cannot be used together in QuickBooks.", YOU, (SHORTEN, WITHDRAW)),
    3152: Meaning(FixRecord, "Two of the fields cannot be used together in QuickBooks.", YOU, (SHORTEN, WITHDRAW)),
    3160: Meaning(FixRecord, "QuickBooks does not delete this record, because it is used.", YOU, (WITHDRAW,)),
    3161: Meaning(FixRecord, "The books are closed for that day, so nothing can be deleted.", YOU, (DATE, WITHDRAW)),
    3162: Meaning(TryLater, "QuickBooks does this only in single-user mode.", BOOKKEEPER),
    3170: Meaning(TryLater, LOCKED, NOBODY),
    3171: Meaning(FixRecord, "The books are closed for that day, so nothing can be changed.", YOU, (DATE, WITHDRAW)),
    3172: Meaning(TryLater, "A record that belongs to this one was just changed in QuickBooks.", NOBODY),
    3173: Meaning(TryLater, "A record that belongs to this one was just changed in QuickBooks.", NOBODY),
    3175: Meaning(TryLater, "Somebody has this record open in QuickBooks.", NOBODY),
    3176: Meaning(TryLater, LOCKED, NOBODY),
    3177: Meaning(TryLater, LOCKED, NOBODY),
    3180: Meaning(TryLater, "QuickBooks could not save the record just now.", NOBODY),
    3185: Meaning(FixRecord, "QuickBooks could not void this transaction.", YOU, (RESEND, WITHDRAW)),
    3190: Meaning(FixRecord, "QuickBooks does not let this transaction be voided.", YOU, (WITHDRAW,)),
    3200: Meaning(FixRecord, "The record was changed in QuickBooks in the meantime.", YOU, (RESEND, WITHDRAW)),
    3205: Meaning(
        OurFault, "The version mark of the record was not written as QuickBooks wants it.", SUPPORT, (RESEND,)
    ),
    3210: Meaning(FixRecord, "QuickBooks does not take the transaction as it is.", YOU, (SHORTEN, WITHDRAW)),
    3220: Meaning(FixConnection, "Daybook is not authorised for this in QuickBooks.", ADMINISTRATOR, (RESEND,)),
    3230: Meaning(TryLater, "QuickBooks could not take up the request just now.", NOBODY),
    3231: Meaning(TryLater, "QuickBooks did not come to this record, because one before it was refused.", NOBODY),
    3240: Meaning(
        FixConnection,
        "The record bears a time that this company file does not know. Has an old copy been restored?",
        ADMINISTRATOR,
        (RESEND,),
    ),
    3250: Meaning(
        FixRecord,
        "This feature is switched off in the preferences of QuickBooks, or its edition does not have it.",
        ADMINISTRATOR,
        (RESEND, WITHDRAW),
    ),
    3260: Meaning(
        FixRecord, "The QuickBooks user that Daybook logs in as lacks a permission for this.", ADMINISTRATOR, (RESEND,)
    ),
    3261: Meaning(
        FixRecord, "QuickBooks has not allowed Daybook to use personal data.", ADMINISTRATOR, (RESEND, WITHDRAW)
    ),
    3262: Meaning(FixRecord, "This needs a payroll subscription in QuickBooks.", ADMINISTRATOR, (WITHDRAW,)),
    3263: Meaning(FixConnection, "QuickBooks lets Daybook read only.", ADMINISTRATOR, (RESEND,)),
    3264: Meaning(FixConnection, "QuickBooks does not let Daybook do this.", ADMINISTRATOR, (RESEND,)),
    3270: Meaning(FixRecord, "An account that QuickBooks posts to is missing.", ADMINISTRATOR, (RESEND, WITHDRAW)),
    3280: Meaning(FixRecord, "An item is of another type than QuickBooks wants here.", YOU, (CHOOSE, WITHDRAW)),
    3290: Meaning(OurFault, "The lines were sent in another order than QuickBooks has them.", SUPPORT, (RESEND,)),
    3391: Meaning(TryLater, "QuickBooks has forgotten where the reading was; the list is read again.", NOBODY),
    3500: Meaning(FixRecord, "QuickBooks did not merge the two records.", YOU, (WITHDRAW,)),
    9001: Meaning(OurFault, "The number of the sending was used before for something else.", SUPPORT, (RESEND,)),
    9002: Meaning(InDoubt, "QuickBooks has kept no answer to this sending; Daybook looks whether it is there.", NOBODY),
    9003: Meaning(InDoubt, "QuickBooks does not say what became of this sending; Daybook looks.", NOBODY),
    9004: Meaning(OurFault, "The number of the sending is not one that QuickBooks takes.", SUPPORT, (RESEND,)),
    9005: Meaning(InDoubt, "QuickBooks could not keep its answer to this sending.", NOBODY),
}

CLASHES: dict[str, str] = {
    "customer": "A customer or job under the same name, or a vendor, employee or other name, is in QuickBooks already.",
    "employee": "QuickBooks already has somebody of this name, as an employee, customer, vendor or other name.",
    "vendor": "QuickBooks already has somebody of this name, as a vendor, customer, employee or other name.",
}


def from_hresult(code: int, message: str = "") -> ConnectorError:
    """The error behind an HRESULT; 0 stands for no answer at all."""
    if code == 0:
        return InDoubt("QuickBooks did not answer; Daybook reads what was done.", NOBODY, "none", message)
    code &= 0xFFFFFFFF
    name = f"0x{code:08X}"
    meaning = HRESULTS.get(code)
    if meaning is None:
        return InDoubt(
            "QuickBooks met an error that Daybook does not know; it reads what was done.", NOBODY, name, message
        )
    return meaning.error(meaning.sentence, meaning.who_can_act, name, message, meaning.ways_out)


def from_status(code: int, message: str = "", kind: str = "") -> ConnectorError:
    """The error behind the status of one answer; not for 0 and 1, which are success and *nothing found*."""
    if code in (0, 1):
        raise ValueError(f"status {code} is no error")
    meaning = STATUS_CODES.get(code)
    if meaning is None:
        sentence = "QuickBooks refused this" if code >= 1000 else "QuickBooks did it with a warning"
        words = message.strip().rstrip(".")
        reason = f". It said: “{words}.”" if words else f" and gave no reason but the code {code}."
        return FixRecord(sentence + reason, YOU, str(code), message, (RESEND, WITHDRAW))
    sentence = CLASHES.get(kind, meaning.sentence) if code == 3100 else meaning.sentence
    return meaning.error(sentence, meaning.who_can_act, str(code), message, meaning.ways_out)
