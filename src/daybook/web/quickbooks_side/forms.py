"""The small forms that set how the company file behaves."""

from django import forms

REFUSALS = (
    (3175, "somebody else has the record open (3175)"),
    (3180, "the list was changed by somebody else just now (3180)"),
    (3200, "the record was changed since it was read (3200)"),
    (3250, "this version of QuickBooks cannot do it (3250)"),
    (3260, "the user may not do this (3260)"),
)


class ClosingDateForm(forms.Form):
    """Up to when the books are closed."""

    day = forms.DateField(
        label="Books closed up to",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty: no period is closed.",
    )


class PermissionForm(forms.Form):
    """What the user whom applications log in as may not do with a list."""

    kind = forms.ChoiceField(label="List")
    denied = forms.ChoiceField(
        label="Applications may",
        choices=(("nothing", "read and write"), ("write", "read only"), ("all", "do nothing")),
    )


class RefusalForm(forms.Form):
    """What the next writing request is refused with."""

    code = forms.TypedChoiceField(label="Refuse the next one, since", coerce=int, choices=REFUSALS)


class SlowForm(forms.Form):
    """How much longer every answer takes."""

    milliseconds = forms.IntegerField(
        label="Answers take longer by (milliseconds)", min_value=0, max_value=60_000, help_text="0 ends it."
    )
