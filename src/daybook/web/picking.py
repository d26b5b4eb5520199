"""A field that picks one of very many by typing. Without scripts the typed name will do."""

from collections.abc import Callable
from typing import Any

from django import forms


class PickWidget(forms.TextInput):
    """A text input with a list of suggestions that is asked for while typing."""

    template_name = "widgets/pick.html"

    def __init__(self, url: object, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.url = url

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the address of the suggestions."""
        context = super().get_context(name, value, attrs)
        return context | {"url": self.url}


class PickField(forms.CharField):
    """Turns what was typed into the record it means; `find` gives None where the text means none or several."""

    def __init__(self, *, url: object, find: Callable[[str], Any | None], unknown: str, **options: Any) -> None:
        super().__init__(widget=PickWidget(url), max_length=300, **options)
        self.find = find
        self.unknown = unknown

    def clean(self, value: Any) -> Any:
        """The record, or None for no text."""
        text = super().clean(value)
        if not text:
            return None
        found = self.find(text)
        if found is None:
            raise forms.ValidationError(self.unknown % {"text": text})
        return found

    def prepare_value(self, value: Any) -> Any:
        """A record is shown by its name."""
        return str(value) if value is not None else ""
