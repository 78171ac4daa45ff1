"""The settings in the environment: good values are taken, bad ones stop the start with one sentence."""

from pathlib import Path

import pytest

from backoffice.environment import Environment, SettingError

POSTGRES_FORM = "it must be sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/DATABASE"
MAIL_FORM = (
    "it must be smtp://, smtp+tls:// or smtp+ssl://USER:PASSWORD@HOST:PORT, "
    "filemail:///FOLDER, consolemail:// or dummymail://"
)
BROKER_FORM = "it must be redis://, rediss://, amqp:// or amqps:// with a host"
STRONG_KEY = "0123456789" * 5


def given(base: Path = Path("/srv/shop"), **variables: str) -> Environment:
    return Environment(variables, base)


def read(environment: Environment, name: str) -> object:
    """Read a setting as settings.py does."""
    base = environment.base
    readers = {
        "DEBUG": lambda: environment.flag(name, default=False),
        "ALLOWED_HOSTS": lambda: environment.hosts(name, default=["localhost"], wildcard=False),
        "DATABASE_URL": lambda: environment.database(name, default=base / "default.sqlite3"),
        "MEDIA_ROOT": lambda: environment.folder(name, default=base / "media"),
        "JOBS_BROKER_URL": lambda: environment.broker(name),
        "EMAIL_URL": lambda: environment.email(name, default="consolemail://"),
        "LANGUAGE_CODE": lambda: environment.choice(name, default="en", allowed=["en", "de", "fr", "ar"]),
        "TIME_ZONE": lambda: environment.time_zone(name, default="UTC"),
        "SECRET_KEY": lambda: environment.secret_key(name, stored_in=base / ".secret_key"),
    }
    return readers[name]()


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("DEBUG", "maybe", 'DEBUG is "maybe"; it must be true or false (also yes/no, on/off, 1/0).'),
        ("DEBUG", " ", "DEBUG is set but empty; give it a value, or remove it to use the default."),
        (
            "ALLOWED_HOSTS",
            "a.example,,b.example",
            "ALLOWED_HOSTS has an empty member; separate the host names by single commas.",
        ),
        (
            "ALLOWED_HOSTS",
            "*",
            'ALLOWED_HOSTS contains "*", which is only allowed with DEBUG=true; name the hosts.',
        ),
        (
            "ALLOWED_HOSTS",
            "https://shop.example.com",
            (
                'ALLOWED_HOSTS contains "https://shop.example.com"; give bare host names such as shop.example.com or '
                ".example.com, without scheme, port or path."
            ),
        ),
        ("DATABASE_URL", "mysql://u@h/d", f'DATABASE_URL has the scheme "mysql"; {POSTGRES_FORM}.'),
        ("DATABASE_URL", "shop.sqlite3", f"DATABASE_URL has no scheme; {POSTGRES_FORM}."),
        ("DATABASE_URL", "postgres://u:p@host:5432", f"DATABASE_URL names no database; {POSTGRES_FORM}."),
        ("DATABASE_URL", "postgres://u:p@host:port/d", f"DATABASE_URL is not a valid URL; {POSTGRES_FORM}."),
        (
            "DATABASE_URL",
            "sqlite://shop/file",
            f"DATABASE_URL has two slashes where SQLite needs three; {POSTGRES_FORM}.",
        ),
        (
            "DATABASE_URL",
            "postgres://u@h/d?sslmod=require",
            (
                'DATABASE_URL has the unknown option "sslmod"; PostgreSQL takes application_name, connect_timeout, options, '
                "sslcert, sslkey, sslmode, sslrootcert, target_session_attrs, and SQLite none."
            ),
        ),
        ("JOBS_BROKER_URL", "kafka://host", f'JOBS_BROKER_URL has the scheme "kafka"; {BROKER_FORM}.'),
        ("JOBS_BROKER_URL", "redis://", f"JOBS_BROKER_URL names no host; {BROKER_FORM}."),
        ("EMAIL_URL", "pop3://host", f'EMAIL_URL has the scheme "pop3"; {MAIL_FORM}.'),
        ("EMAIL_URL", "smtp://", f"EMAIL_URL names no mail server; {MAIL_FORM}."),
        ("EMAIL_URL", "filemail://", f"EMAIL_URL names no folder; {MAIL_FORM}."),
        ("LANGUAGE_CODE", "xx", 'LANGUAGE_CODE is "xx"; it must be one of ar, de, en, fr.'),
        (
            "TIME_ZONE",
            "Berlin",
            'TIME_ZONE is "Berlin", which is no known time zone; use an IANA name such as UTC or Europe/Berlin.',
        ),
        (
            "SECRET_KEY",
            "short",
            "SECRET_KEY is too weak; it must have at least 50 characters, 5 of them different.",
        ),
        (
            "SECRET_KEY",
            "ab" * 40,
            "SECRET_KEY is too weak; it must have at least 50 characters, 5 of them different.",
        ),
    ],
)
def test_bad_value_is_refused_with_one_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(SettingError) as refusal:
        read(given(**{name: text}), name)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize("name", ["DATABASE_URL", "EMAIL_URL", "JOBS_BROKER_URL", "SECRET_KEY"])
def test_refusal_does_not_repeat_a_secret(name: str) -> None:
    with pytest.raises(SettingError) as refusal:
        read(given(**{name: "nonsense://user:hunter2@host:port/"}), name)

    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("Yes", True), ("on", True), ("1", True), ("FALSE", False), ("no", False), ("0", False)],
)
def test_flag_takes_the_usual_words(text: str, expected: bool) -> None:
    assert given(DEBUG=text).flag("DEBUG", default=not expected) is expected


def test_absent_values_give_the_defaults() -> None:
    environment = given()

    assert environment.flag("DEBUG", default=False) is False
    assert environment.hosts("ALLOWED_HOSTS", default=["localhost"], wildcard=False) == ["localhost"]
    assert environment.choice("LANGUAGE_CODE", default="en", allowed=["en"]) == "en"
    assert environment.time_zone("TIME_ZONE", default="UTC") == "UTC"
    assert environment.folder("MEDIA_ROOT", default=Path("/srv/shop/media")) == Path("/srv/shop/media")
    assert environment.broker("JOBS_BROKER_URL") is None
    assert environment.database("DATABASE_URL", default=Path("/srv/shop/data/shop.sqlite3")) == {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "/srv/shop/data/shop.sqlite3",
        "OPTIONS": {},
    }
    assert environment.email("EMAIL_URL", default="consolemail://") == {
        "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"
    }


def test_hosts_are_split_and_the_wildcard_needs_leave() -> None:
    hosts = "shop.example.com, .example.org,[::1],127.0.0.1"
    assert given(ALLOWED_HOSTS=hosts).hosts("ALLOWED_HOSTS", default=[], wildcard=False) == [
        "shop.example.com",
        ".example.org",
        "[::1]",
        "127.0.0.1",
    ]
    assert given(ALLOWED_HOSTS="*").hosts("ALLOWED_HOSTS", default=[], wildcard=True) == ["*"]


def test_postgres_url_is_decoded() -> None:
    url = "postgres://shop:p%40ss@db.example.com:6432/back%2Doffice?sslmode=require"

    assert given(DATABASE_URL=url).database("DATABASE_URL", default=Path("unused")) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "back-office",
        "USER": "shop",
        "PASSWORD": "p@ss",
        "HOST": "db.example.com",
        "PORT": 6432,
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///data/shop.sqlite3", "/srv/shop/data/shop.sqlite3"),
        ("sqlite:////var/shop.sqlite3", "/var/shop.sqlite3"),
    ],
)
def test_sqlite_path_starts_at_the_project(url: str, path: str) -> None:
    assert given(DATABASE_URL=url).database("DATABASE_URL", default=Path("unused"))["NAME"] == path


def test_mail_url_gives_server_and_encryption() -> None:
    url = "smtp+tls://shop%40example.com:secret@mail.example.com:587"

    assert given(EMAIL_URL=url).email("EMAIL_URL", default="consolemail://") == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.com",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "shop@example.com",
        "EMAIL_HOST_PASSWORD": "secret",
        "EMAIL_USE_TLS": True,
    }


def test_media_root_must_not_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("")

    with pytest.raises(SettingError) as refusal:
        read(given(tmp_path, MEDIA_ROOT="note.txt"), "MEDIA_ROOT")

    assert str(refusal.value) == 'MEDIA_ROOT is "note.txt", which is a file; it must be a folder.'
    assert read(given(tmp_path, MEDIA_ROOT="uploads"), "MEDIA_ROOT") == tmp_path / "uploads"
