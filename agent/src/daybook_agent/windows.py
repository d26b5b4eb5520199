"""What Windows refuses, each number as a sentence that says what to do."""

ACCESS_DENIED, NOT_THERE, NOT_RUNNING, WRONG_USER, NO_SIGN_IN, THERE_ALREADY = 5, 1060, 1062, 1057, 1069, 1073
MEANINGS = {
    ACCESS_DENIED: "Windows lets only its administrators do this. Right-click Command Prompt, choose “Run as"
    " administrator”, and type it there.",
    NOT_THERE: "There is no such service.",
    WRONG_USER: r"Windows does not know this user, or the password is wrong. A user of this PC is written as .\office.",
    NO_SIGN_IN: "The service is installed, but could not sign in as that user. Give the user the right “Log on as a"
    " service” under Local Security Policy, or let the Task Scheduler start `daybook-agent run`.",
    THERE_ALREADY: "The service is installed already. `daybook-agent remove-service` takes it away first.",
}


def refusal(error: Exception) -> str:
    """The sentence for what Windows refused; empty for an error that is not one of Windows."""
    number = getattr(error, "winerror", None)
    if not isinstance(number, int):
        return ""
    return MEANINGS.get(number) or f"Windows refused it: {getattr(error, 'strerror', error)} ({number})"
