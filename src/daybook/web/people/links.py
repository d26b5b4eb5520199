"""The one-time link by which a person chooses a password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils import timezone

from daybook.history import accounts
from daybook.notices import operations
from daybook.people.models import User
from daybook.web.requests import Request


def _password_path(user: User) -> str:
    """The address of the page where the person sets a password; it ends with the first use."""
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=parts)


def invite(request: Request, user: User) -> str:
    """Mail the person a link to choose a password, and say what is left to do by hand."""
    path, now = _password_path(user), timezone.now()
    accounts.note_invitation(request.user, user, now)
    if operations.invite(request.user, user, path, now):
        begin = f"An invitation is on its way to {user.email}. If it does not arrive, give {user} this link to choose"
    else:
        begin = f"Give {user} this link to choose"
    return f"{begin} a password. It works once, for three days: {request.build_absolute_uri(path)}"
