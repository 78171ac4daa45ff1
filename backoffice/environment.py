"""Read the settings from the environment, strictly.

Each setting `X` is given as the variable `X`, or as `X_FILE`, the path of a file that holds it (for
secrets). A value that cannot be used raises `SettingError` with one sentence that names the variable,
what is wrong with its value, and what is allowed. Values that may be secret are never repeated in it.
"""

import re
import zoneinfo
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from backoffice.secret_key import LENGTH_MIN, VARIETY_MIN, kept_key, strong_enough

TRUE_WORDS = frozenset({"true", "yes", "on", "1"})
FALSE_WORDS = frozenset({"false", "no", "off", "0"})

HOST_PATTERN = re.compile(
    r"""
    \[[0-9a-f:.]+\]                                         # an IPv6 address in brackets
    | \.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*   # a name, or .name with its subdomains
    """,
    re.IGNORECASE | re.VERBOSE,
)

POSTGRES_SCHEMES = frozenset({"postgres", "postgresql"})
POSTGRES_OPTIONS = frozenset(
    {
        "application_name",
        "connect_timeout",
        "options",
        "sslcert",
        "sslkey",
        "sslmode",
        "sslrootcert",
        "target_session_attrs",
    }
)
BROKER_SCHEMES = frozenset({"amqp", "amqps", "redis", "rediss"})
SMTP_SCHEMES = frozenset({"smtp", "smtp+ssl", "smtp+tls"})
LOCAL_MAIL_SCHEMES = frozenset({"consolemail", "dummymail", "filemail"})


class SettingError(ImproperlyConfigured):
    """Tell in one sentence which variable has a bad value, what is wrong with it, and what is allowed."""


class Environment:
    """The settings that the given variables hold.

    Args:
        variables: names and values, usually `os.environ`.
        base: the project's folder; relative paths start there.
    """

    def __init__(self, variables: Mapping[str, str], base: Path) -> None:
        self.variables = variables
        self.base = base

    def value(self, name: str) -> str | None:
        """Return the value of `name`, from the variable or from its file, or None if neither is given."""
        given = self.variables.get(name)
        path = self.variables.get(f"{name}_FILE")
        if given is not None and path is not None:
            raise SettingError(f"{name} and {name}_FILE are both set; set only one of them.")
        if path is not None:
            given = _file_text(f"{name}_FILE", path)
        if given is not None and not given.strip():
            raise SettingError(f"{name} is set but empty; give it a value, or remove it to use the default.")
        return given

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a yes or no."""
        given = self.value(name)
        if given is None:
            return default
        word = given.strip().lower()
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise SettingError(f'{name} is "{given}"; it must be true or false (also yes/no, on/off, 1/0).')

    def hosts(self, name: str, *, default: list[str], wildcard: bool) -> list[str]:
        """Return host names.

        Args:
            name: the variable; its value is a list with commas.
            default: the hosts when it is not given.
            wildcard: whether "*", every host, is allowed.
        """
        given = self.value(name)
        if given is None:
            return default
        members = [member.strip() for member in given.split(",")]
        for member in members:
            if member == "*" and wildcard:
                continue
            if member == "*":
                raise SettingError(f'{name} contains "*", which is only allowed with DEBUG=true; name the hosts.')
            if not member:
                raise SettingError(f"{name} has an empty member; separate the host names by single commas.")
            if not HOST_PATTERN.fullmatch(member):
                raise SettingError(
                    f'{name} contains "{member}"; give bare host names such as shop.example.com or .example.com, '
                    "without scheme, port or path."
                )
        return members

    def choice(self, name: str, *, default: str, allowed: Collection[str]) -> str:
        """Return one of a few words."""
        given = self.value(name)
        if given is None:
            return default
        if given.strip() not in allowed:
            raise SettingError(f'{name} is "{given}"; it must be one of {", ".join(sorted(allowed))}.')
        return given.strip()

    def time_zone(self, name: str, *, default: str) -> str:
        """Return the name of a time zone."""
        given = self.value(name)
        if given is None:
            return default
        if given.strip() not in zoneinfo.available_timezones():
            raise SettingError(
                f'{name} is "{given}", which is no known time zone; use an IANA name such as UTC or Europe/Berlin.'
            )
        return given.strip()

    def folder(self, name: str, *, default: Path) -> Path:
        """Return the absolute path of a folder, which need not exist yet."""
        given = self.value(name)
        if given is None:
            return default
        path = (self.base / given.strip()).absolute()
        if path.exists() and not path.is_dir():
            raise SettingError(f'{name} is "{given}", which is a file; it must be a folder.')
        return path

    def database(self, name: str, *, default: Path) -> dict[str, Any]:
        """Return ENGINE, NAME and the rest of a database, SQLite in the file `default` if none is given."""
        given = self.value(name)
        if given is None:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default), "OPTIONS": {}}
        form = "it must be sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/DATABASE"
        url = _url(name, given, form)
        if url.scheme not in POSTGRES_SCHEMES | {"sqlite"}:
            raise SettingError(f'{name} has the scheme "{url.scheme}"; {form}.')
        if not url.path.strip("/"):
            raise SettingError(f"{name} names no database; {form}.")
        unknown = set(parse_qs(url.query)) - (POSTGRES_OPTIONS if url.scheme in POSTGRES_SCHEMES else frozenset())
        if unknown:
            raise SettingError(
                f'{name} has the unknown option "{min(unknown)}"; '
                f"PostgreSQL takes {', '.join(sorted(POSTGRES_OPTIONS))}, and SQLite none."
            )
        if url.scheme == "sqlite" and url.netloc:
            raise SettingError(f"{name} has two slashes where SQLite needs three; {form}.")
        config: dict[str, Any] = {"OPTIONS": {}, **environ.Env.db_url_config(given.strip())}
        if url.scheme == "sqlite":
            config["NAME"] = str((self.base / config["NAME"]).absolute())
        return config

    def email(self, name: str, *, default: str) -> dict[str, Any]:
        """Return Django's EMAIL_* settings for a mail URL."""
        given = self.value(name) or default
        form = "it must be smtp://, smtp+tls:// or smtp+ssl://USER:PASSWORD@HOST:PORT, filemail:///FOLDER, consolemail:// or dummymail://"
        url = _url(name, given, form)
        if url.scheme not in SMTP_SCHEMES | LOCAL_MAIL_SCHEMES:
            raise SettingError(f'{name} has the scheme "{url.scheme}"; {form}.')
        if url.scheme in SMTP_SCHEMES and not url.hostname:
            raise SettingError(f"{name} names no mail server; {form}.")
        if url.scheme == "filemail" and not url.path.strip("/"):
            raise SettingError(f"{name} names no folder; {form}.")
        config: dict[str, Any] = environ.Env.email_url_config(given.strip())
        if url.scheme == "filemail":
            config["EMAIL_FILE_PATH"] = str((self.base / config["EMAIL_FILE_PATH"]).absolute())
        return {key: value for key, value in config.items() if value not in (None, "")}

    def broker(self, name: str) -> str | None:
        """Return the URL of a message broker, or None."""
        given = self.value(name)
        if given is None:
            return None
        form = "it must be redis://, rediss://, amqp:// or amqps:// with a host"
        url = _url(name, given, form)
        if url.scheme not in BROKER_SCHEMES:
            raise SettingError(f'{name} has the scheme "{url.scheme}"; {form}.')
        if not url.hostname:
            raise SettingError(f"{name} names no host; {form}.")
        return given.strip()

    def secret_key(self, name: str, *, stored_in: Path) -> str:
        """Return the signing key; without one, a random key that is made once and kept in `stored_in`."""
        given = self.value(name)
        if given is None:
            try:
                return kept_key(stored_in)
            except (OSError, ValueError) as error:
                raise SettingError(
                    f"{name} is not set and {stored_in} cannot be used ({error}); set {name}."
                ) from error
        key = given.strip()
        if not strong_enough(key):
            raise SettingError(
                f"{name} is too weak; it must have at least {LENGTH_MIN} characters, {VARIETY_MIN} of them different."
            )
        return key


def _file_text(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise SettingError(
            f'{name} is "{path}", which cannot be read ({error.strerror}); it must name a readable text file.'
        ) from error
    except UnicodeDecodeError as error:
        raise SettingError(
            f'{name} is "{path}", which is not UTF-8 text; it must name a readable text file.'
        ) from error


def _url(name: str, given: str, form: str) -> SplitResult:
    try:
        url = urlsplit(given.strip())
        _ = url.port
    except ValueError as error:
        raise SettingError(f"{name} is not a valid URL; {form}.") from error
    if not url.scheme:
        raise SettingError(f"{name} has no scheme; {form}.")
    return url
