"""The one-time link by which a person chooses a password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from daybook.people.models import User
from daybook.web.requests import Request


def password_link(request: Request, user: User) -> str:
    """The whole address of the page where the person sets a password; it ends with the first use."""
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    path = reverse("account_reset_password_from_key", kwargs=parts)
    return request.build_absolute_uri(path)
