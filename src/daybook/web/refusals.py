"""Turns what an operation refused into words on the page: an error of the form, or a message above it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest

from daybook.people.errors import NotAllowed, Refused


def save(form: BaseForm, do: Callable[[], Any]) -> bool:
    """Do it; False with the errors in the form when it was refused. A missing right is a page of its own."""
    try:
        do()
    except NotAllowed:
        raise
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def act(request: HttpRequest, do: Callable[[], Any], done: str) -> bool:
    """Do what a button asks for and say above the page what came of it."""
    try:
        do()
    except NotAllowed:
        raise
    except Refused as refused:
        messages.error(request, refused.sentence)
        return False
    messages.success(request, done)
    return True
