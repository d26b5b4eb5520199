"""Django settings. The few choices a firm makes come from the environment:

DAYBOOK_HOME    the folder of database, receipts, backups, logs and key (default ~/.local/share/daybook)
DATABASE_URL    postgres://user:password@host:5432/name; without it, SQLite in the home folder
DAYBOOK_URL     the address people use, such as https://daybook.example.com (default http://127.0.0.1:8000)
DAYBOOK_REMOTE_URL  the address that agents ask, when it is not the site's
DAYBOOK_DEBUG   1 while developing
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog
from csp.constants import NONE, SELF

from daybook import home as home_folder

HOME = home_folder.ensure(home_folder.home())
LOGS = home_folder.ensure(HOME / "logs")
PROGRAM = os.environ.get("DAYBOOK_PROGRAM", "daybook")
DEBUG = os.environ.get("DAYBOOK_DEBUG") == "1"
SITE_URL = os.environ.get("DAYBOOK_URL", "http://127.0.0.1:8000").rstrip("/")
REMOTE_URL = os.environ.get("DAYBOOK_REMOTE_URL", "").rstrip("/")

# --- keys -----------------------------------------------------------------------------------------------------------
DAYBOOK_KEYS = home_folder.keys()  # Fernet keys, newest first, for MultiFernet
SECRET_KEY = home_folder.signing_secret(DAYBOOK_KEYS[0])
SECRET_KEY_FALLBACKS = [home_folder.signing_secret(key) for key in DAYBOOK_KEYS[1:]]


# --- database -------------------------------------------------------------------------------------------------------
def database_from_url(url: str) -> dict[str, Any]:
    """Django's description of the PostgreSQL database at a postgres:// address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgres:// or postgresql://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def sqlite_database(path: Path) -> dict[str, Any]:
    """Django's description of a SQLite file that several processes write, where a commit is on disk when it returns."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
        },
    }


DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {
    "default": database_from_url(DATABASE_URL) if DATABASE_URL else sqlite_database(HOME / "daybook.sqlite3"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "daybook.people",
    "daybook.history",
    "daybook.connections",
    "daybook.directory",
    "daybook.outbox",
    "daybook.intake",
    "daybook.notices",
    "daybook.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "csp",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "daybook.web.idle.IdleSignOutMiddleware",
    "daybook.web.clock.FirmClockMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "daybook.web.rights.NotAllowedMiddleware",
]

ROOT_URLCONF = "daybook.web.urls"
WSGI_APPLICATION = "daybook.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "daybook.web.context.site",
            ],
        },
    },
]
FORM_RENDERER = "daybook.web.forms.Renderer"

# --- people and sign-in ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
EMAIL_BACKEND = "daybook.notices.backend.ShelfBackend"
ACCOUNT_ADAPTER = "daybook.web.account.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "daybook.web.account.forms.SignInForm",
    "reset_password": "daybook.web.account.forms.ForgottenForm",
    "reset_password_from_key": "daybook.web.account.forms.NewPasswordForm",
    "change_password": "daybook.web.account.forms.OtherPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger gets no mail of ours
ACCOUNT_SESSION_REMEMBER = True  # the idle sign-out decides, not the closing of a window
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Daybook"
MFA_TOTP_TOLERANCE = 1  # the code of half a minute ago counts, as RFC 6238 advises for clocks and fingers

SESSION_COOKIE_AGE = 24 * 3600
IDLE_SIGN_OUT_SECONDS = 2 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# --- what a browser may do ------------------------------------------------------------------------------------------
_site = urlsplit(SITE_URL)
_https = _site.scheme == "https"
ALLOWED_HOSTS = sorted({_site.hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"})
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- assets, language, time -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
# `daybook serve` collects the assets here, compressed and under names that change with their content. Before it did,
# and while developing, they are served from where they lie.
COLLECTED = HOME / "static"
_collected = (COLLECTED / "staticfiles.json").exists() and not DEBUG
STATIC_ROOT = COLLECTED if _collected else None
WHITENOISE_USE_FINDERS = not _collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = DEBUG
USE_I18N = False
LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "UTC"
RECEIPTS = HOME / "receipts"
MEDIA_ROOT = RECEIPTS
BACKUPS = HOME / "backups"

# --- logs: JSON lines in the home folder, one file a program; the same on the console --------------------------------
_log_steps: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[*_log_steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _log_steps,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        },
    },
    "handlers": {
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": str(LOGS / f"{PROGRAM}.log"),
            "maxBytes": 10_000_000,
            "backupCount": 5,
            "delay": True,
            "formatter": "json",
            "level": "INFO",
        },
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "level": "INFO" if PROGRAM in {"web", "monitor", "remote"} else "ERROR",
        },
    },
    "root": {"handlers": ["file", "console"], "level": "INFO"},
    # A library that tells of each request it makes would drown the lines that matter.
    "loggers": {"httpx": {"level": "WARNING"}, "django.db.backends": {"level": "WARNING"}},
}
