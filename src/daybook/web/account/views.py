"""The sign-in page, which on a new installation says how the first account is made."""

from typing import Any

from allauth.account.views import LoginView

from daybook.people.queries import anybody_signs_in


class SignInView(LoginView):  # type: ignore[misc]
    """allauth's sign-in, with a first step for a firm that has no account yet."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether anybody can sign in."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"is_new": not anybody_signs_in()}
