"""Django settings. What differs between installations comes from the environment alone (README, Settings)."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _
from import_export.formats.base_formats import CSV, XLSX

from backoffice.environment import Environment
from backoffice.jazzmin_settings import JAZZMIN_SETTINGS, JAZZMIN_UI_TWEAKS  # noqa: F401 - Django reads them here

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / "data"
ENVIRONMENT = Environment(os.environ, BASE_DIR)

DEBUG = ENVIRONMENT.flag("DEBUG", default=False)
SECRET_KEY = ENVIRONMENT.secret_key("SECRET_KEY", stored_in=DATA_DIR / ".secret_key")
ALLOWED_HOSTS = ENVIRONMENT.hosts("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"], wildcard=DEBUG)

# Applications ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Jazzmin's templates come before the admin's; the project's own, in TEMPLATES DIRS, before both.
    "jazzmin",
    "backoffice.apps.BackofficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "simple_history",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "treebeard",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "backoffice.kernel",
    # After the kernel, whose command "export" comes before the one of this name here.
    "import_export",
    "accounts",
    "products",
    "orders",
    "cart",
    "finance",
    "invoices",
    "backoffice.dashboard",
    "backoffice.apps.BackofficeConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "backoffice.kernel.addresses.StorableAddressMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "backoffice.kernel.history.middleware.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last, as django-axes asks: it answers for views that a lock-out stopped.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "backoffice.urls"
WSGI_APPLICATION = "backoffice.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "backoffice" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Database -------------------------------------------------------------------------------------------

# Readers do not wait for writers (WAL), a transaction takes the write lock when it begins (IMMEDIATE:
# otherwise two that read before they write fail as locked), and waits up to 20 s for it.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=67108864",
}

DATABASES: dict[str, dict[str, Any]] = {
    "default": ENVIRONMENT.database("DATABASE_URL", default=DATA_DIR / "backoffice.sqlite3")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] |= SQLITE_OPTIONS
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# People, passwords, sessions ------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "admin:login"
# A working day: nobody is asked for a password twice in one, and nobody stays logged in overnight.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
OTP_TOTP_ISSUER = "Backoffice"

# Ten failures of one person, or from one address, stop log-ins of either for a quarter of an hour.
AXES_FAILURE_LIMIT = 10
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "backoffice.login_guard.login_name"
AXES_CLIENT_IP_CALLABLE = "backoffice.login_guard.client_address"
AXES_VERBOSE = False

# Transport and browser ------------------------------------------------------------------------------

# Behind a proxy that ends TLS, gunicorn itself believes `X-Forwarded-Proto: https` from the addresses in
# FORWARDED_ALLOW_IPS (by default this machine), so SECURE_PROXY_SSL_HEADER, which believes anyone, stays unset.
SECURE_SSL_REDIRECT = not DEBUG
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# To be on the browsers' preload list is for the owner of the whole domain to decide.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

# Nothing is loaded from elsewhere. The theme's pages carry small inline scripts and styles.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# A page of a list with many selected rows, or an order with many lines, posts more than Django's 1,000 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# Language and time ----------------------------------------------------------------------------------

LANGUAGES = [("en", _("English")), ("de", _("German")), ("fr", _("French")), ("ar", _("Arabic"))]
LANGUAGE_CODE = ENVIRONMENT.choice("LANGUAGE_CODE", default="en", allowed=[code for code, _name in LANGUAGES])
TIME_ZONE = ENVIRONMENT.time_zone("TIME_ZONE", default="UTC")
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "backoffice" / "locale"]

# Files ----------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "media/"
MEDIA_ROOT = ENVIRONMENT.folder("MEDIA_ROOT", default=BASE_DIR / "media")
FILE_UPLOAD_PERMISSIONS = 0o640
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# Mail -----------------------------------------------------------------------------------------------

globals().update(ENVIRONMENT.email("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25"))
EMAIL_TIMEOUT = 20
EMAIL_SUBJECT_PREFIX = "[Backoffice] "

# Background jobs ------------------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# With a broker, Celery delivers the jobs instead (backoffice/celery.py).
JOBS_BROKER_URL = ENVIRONMENT.broker("JOBS_BROKER_URL")

# Tables in and out ----------------------------------------------------------------------------------

IMPORT_EXPORT_FORMATS = [CSV, XLSX]
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True
# History is read by object or by job, never by date alone.
SIMPLE_HISTORY_DATE_INDEX = False

# API ------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api_authentication.GuardedSession"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api_permissions.ManifestPermission"],
    # No browsable API: its forms list the choices of every foreign key.
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["backoffice.kernel.api.parsers.PlainJSONParser"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_PAGINATION_CLASS": "backoffice.kernel.api.pagination.Pages",
    "DEFAULT_THROTTLE_CLASSES": [
        "backoffice.api_throttles.AnonymousThrottle",
        "backoffice.api_throttles.PersonThrottle",
        "backoffice.api_throttles.ScopeThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": "120/min",
        "user": "1200/min",
        "login": "20/min",
        "checkout": "30/min",
        "upload": "60/min",
    },
    "DEFAULT_SCHEMA_CLASS": "backoffice.kernel.api.schema.BackofficeSchema",
    "EXCEPTION_HANDLER": "backoffice.kernel.api.errors.refusals_answered",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Backoffice API",
    "DESCRIPTION": "Catalogue, carts, checkout and orders of the shop.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # Several models have a status; each gets a name of its own.
    "ENUM_NAME_OVERRIDES": {
        "AdjustmentKind": "invoices.models.parts.AdjustmentKind",
        "DocumentKind": "invoices.models.DocumentKind",
        "FulfilmentStatus": "orders.states.FulfilmentStatus",
        "InvoiceStatus": "invoices.states.InvoiceStatus",
        "OrderStatus": "orders.states.OrderStatus",
        "PaymentState": "finance.states.PaymentState",
        "PaymentStatus": "orders.states.PaymentStatus",
        "ProductStatus": "products.states.ProductStatus",
        "RefundState": "finance.states.RefundState",
        "ShipmentStatus": "orders.states.ShipmentStatus",
    },
}

# Log ------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "backoffice": {"level": "INFO"},
        # Replaces Django's own handlers, which are silent when DEBUG is off and mail errors to nobody.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "django.utils.autoreload": {"level": "WARNING"},
        # Scanners ask for any host name; the answer 400 says it all.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
