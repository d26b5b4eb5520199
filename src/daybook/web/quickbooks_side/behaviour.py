"""How the sandbox company file behaves: closing date, what the login user may do, refusals to come, slow answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms

from daybook.companyfile import CompanyFile as SandboxFile
from daybook.web.quickbooks_side.forms import REFUSALS, ClosingDateForm, PermissionForm, RefusalForm, SlowForm

Do = Callable[[SandboxFile], str]
Kinds = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Setting:
    """One small form with what is set now, in words."""

    action: str
    title: str
    now: str
    form: forms.Form
    button: str = "Set"
    may_end: bool = False


def settings(found: dict[str, Any], kinds: Kinds) -> list[Setting]:
    """Every setting of the file, from what it says of itself."""
    kept = found["settings"]
    day, denied, planned = kept.get("closing_date"), kept.get("denied", {}), kept.get("refuse_next", [])
    return [
        Setting(
            "closing-date",
            "Closing date",
            f"Closed up to {day}." if day else "No period is closed.",
            ClosingDateForm(initial={"day": day}),
        ),
        Setting("permission", "The user whom applications log in as", _denied(denied, dict(kinds)), permission(kinds)),
        Setting("refuse", "Refusals to come", _planned(planned), RefusalForm(), "Add", bool(planned)),
        Setting(
            "slow",
            "Slow answers",
            f"Every answer takes {found['slow_ms']} ms longer." if found["slow_ms"] else "Answers come at once.",
            SlowForm(initial={"milliseconds": found["slow_ms"]}),
        ),
    ]


def permission(kinds: Kinds, data: Any = None) -> PermissionForm:
    """The form of permissions for these lists."""
    form = PermissionForm(data)
    form.fields["kind"].choices = kinds  # type: ignore[attr-defined]
    return form


def change(action: str, data: Any, kinds: Kinds) -> tuple[forms.Form, Do] | None:
    """The form that was sent and what it does to the file; nothing for an action that there is not."""
    if action == "closing-date":
        closing = ClosingDateForm(data)
        return closing, lambda sandbox: _close(sandbox, closing)
    if action == "permission":
        permitted = permission(kinds, data)
        return permitted, lambda sandbox: _permit(sandbox, permitted)
    if action == "refuse":
        refusal = RefusalForm(data)
        return refusal, lambda sandbox: _refuse(sandbox, refusal)
    if action == "refuse-no-more":
        return forms.Form(data), _refuse_no_more
    if action == "slow":
        slow = SlowForm(data)
        return slow, lambda sandbox: _slow(sandbox, slow)
    return None


def _close(sandbox: SandboxFile, form: forms.Form) -> str:
    day = form.cleaned_data["day"]
    sandbox.set_closing_date(day)
    return f"The books are closed up to {day.isoformat()}." if day else "No period is closed."


def _permit(sandbox: SandboxFile, form: forms.Form) -> str:
    kind, denied = form.cleaned_data["kind"], form.cleaned_data["denied"]
    sandbox.set_login_permission(kind, "" if denied == "nothing" else denied)
    what = {"nothing": "read and write", "write": "only read", "all": "neither read nor write"}[denied]
    return f"Applications may {what} this list now."


def _refuse(sandbox: SandboxFile, form: forms.Form) -> str:
    sandbox.refuse_next(form.cleaned_data["code"])
    return "The next writing request is refused."


def _refuse_no_more(sandbox: SandboxFile) -> str:
    sandbox.refuse_no_more()
    return "No request is refused on purpose any more."


def _slow(sandbox: SandboxFile, form: forms.Form) -> str:
    milliseconds = form.cleaned_data["milliseconds"]
    sandbox.slow(milliseconds)
    return f"Every answer takes {milliseconds} ms longer." if milliseconds else "Answers come at once."


def _denied(denied: dict[str, str], names: dict[str, str]) -> str:
    words = {"write": "read only", "all": "closed"}
    told = [f"{names.get(kind, kind)}: {words[what]}" for kind, what in denied.items()]
    return f"{'; '.join(told)}." if told else "May read and write every list."


def _planned(codes: list[int]) -> str:
    words = dict(REFUSALS)
    return "; then ".join(words.get(code, f"status {code}") for code in codes) + "." if codes else "None."
