"""allauth's forms in the words of the other pages."""

from typing import Any, ClassVar

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm


class _InOurWords:
    """Labels of ours, and none inside the fields, where they are gone as soon as somebody types."""

    words: ClassVar[dict[str, str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.words.items():
            field = self.fields[name]  # type: ignore[attr-defined]
            field.label = label
            field.widget.attrs.pop("placeholder", None)


class SignInForm(_InOurWords, LoginForm):  # type: ignore[misc]
    """By e-mail and password."""

    words: ClassVar[dict[str, str]] = {"login": "E-mail", "password": "Password"}


class ForgottenForm(_InOurWords, ResetPasswordForm):  # type: ignore[misc]
    """Where to send the link to."""

    words: ClassVar[dict[str, str]] = {"email": "E-mail"}


class NewPasswordForm(_InOurWords, ResetPasswordKeyForm):  # type: ignore[misc]
    """What comes after that link."""

    words: ClassVar[dict[str, str]] = {"password1": "New password", "password2": "New password, once more"}


class OtherPasswordForm(_InOurWords, ChangePasswordForm):  # type: ignore[misc]
    """Another password instead of the one that is known."""

    words: ClassVar[dict[str, str]] = {
        "oldpassword": "Password until now",
        "password1": "New password",
        "password2": "New password, once more",
    }
