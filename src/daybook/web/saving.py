"""Forms that write a record: sent twice they write once, saved over somebody else's change they say so."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import uuid4

from django import forms
from django.http import QueryDict

from daybook.directory.errors import ChangedMeanwhile, Invalid
from daybook.people.errors import NotAllowed, Refused

T = TypeVar("T")


class RecordForm(forms.Form):
    """A form with a key, by which a second sending is known, and the version of the record it was opened with."""

    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": "Open this form again and repeat."})
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, object] | None = None) -> None:
        super().__init__(data, initial={"key": uuid4(), **(initial or {})})

    def add_hidden_errors(self) -> None:
        """A hidden field has no place for its error: show it above the form."""
        for name in ("key", "version"):
            if name in self.errors:
                self.add_error(None, "This form is not complete any more. Open it again and repeat what you typed.")
                return

    def is_valid(self) -> bool:
        """Whether what was typed can be handed to an operation."""
        valid = super().is_valid()
        if not valid and self.is_bound:
            self.add_hidden_errors()
        return valid


def saved(form: forms.Form, do: Callable[[], T]) -> T | None:
    """What the operation gives; None, with each sentence on its field, when it was refused."""
    try:
        return do()
    except NotAllowed:
        raise
    except ChangedMeanwhile as changed:
        _go_on_from(form, changed)
    except Invalid as refused:
        for problem in refused.problems:
            offer = f" Suggested: {problem.offer}" if problem.offer else ""
            field = _add(form, problem.field, problem.sentence + offer)
            if field is not None:
                field.problem = problem  # type: ignore[attr-defined]
    except Refused as refused:
        _add(form, refused.field, refused.sentence)
    return None


def _add(form: forms.Form, field: str, sentence: str) -> forms.Field | None:
    for name in (field, f"contact_{field}"):
        if name in form.fields and not form[name].is_hidden:
            form.add_error(name, sentence)
            return form.fields[name]
    form.add_error(None, sentence)
    return None


def _go_on_from(form: forms.Form, changed: ChangedMeanwhile) -> None:
    """Keep the typing, tell who changed what, and let the next save go on from there."""
    form.add_error(None, changed.sentence)
    form.data = {**form.data.dict(), "version": str(changed.version)} if isinstance(form.data, QueryDict) else form.data
