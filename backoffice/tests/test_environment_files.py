"""Settings that come from files: X_FILE, and the key that an installation makes for itself."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backoffice.environment import Environment, SettingError
from backoffice.secret_key import kept_key

PROJECT = Path(__file__).resolve().parent.parent.parent
STRONG_KEY = "0123456789" * 5


def test_value_is_read_from_its_file_without_the_line_end(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(f"{STRONG_KEY}\n")

    assert Environment({"SECRET_KEY_FILE": str(secret)}, tmp_path).value("SECRET_KEY") == STRONG_KEY


def test_value_and_file_together_are_refused(tmp_path: Path) -> None:
    environment = Environment({"TIME_ZONE": "UTC", "TIME_ZONE_FILE": "/run/zone"}, tmp_path)

    with pytest.raises(SettingError) as refusal:
        environment.time_zone("TIME_ZONE", default="UTC")

    assert str(refusal.value) == "TIME_ZONE and TIME_ZONE_FILE are both set; set only one of them."


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    environment = Environment({"SECRET_KEY_FILE": "/no/such/file"}, tmp_path)

    with pytest.raises(SettingError) as refusal:
        environment.value("SECRET_KEY")

    assert str(refusal.value) == (
        'SECRET_KEY_FILE is "/no/such/file", which cannot be read (No such file or directory); '
        "it must name a readable text file."
    )


def test_binary_file_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "key"
    binary.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SettingError) as refusal:
        Environment({"SECRET_KEY_FILE": str(binary)}, tmp_path).value("SECRET_KEY")

    assert str(refusal.value) == (
        f'SECRET_KEY_FILE is "{binary}", which is not UTF-8 text; it must name a readable text file.'
    )


def test_missing_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / ".secret_key"
    environment = Environment({}, tmp_path)

    first = environment.secret_key("SECRET_KEY", stored_in=path)

    assert len(first) == 64
    assert environment.secret_key("SECRET_KEY", stored_in=path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == [".secret_key"]


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / ".secret_key"

    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _turn: kept_key(path), range(64)))

    assert keys == {path.read_text().strip()}


def test_kept_key_that_is_too_weak_is_refused(tmp_path: Path) -> None:
    path = tmp_path / ".secret_key"
    path.write_text("short\n")

    with pytest.raises(SettingError) as refusal:
        Environment({}, tmp_path).secret_key("SECRET_KEY", stored_in=path)

    assert str(refusal.value) == (
        f"SECRET_KEY is not set and {path} cannot be used (it holds no usable key); set SECRET_KEY."
    )
    assert path.read_text() == "short\n"


def test_command_with_a_bad_setting_ends_with_the_sentence_alone() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT,
        env={**os.environ, "DEBUG": "maybe"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == 'DEBUG is "maybe"; it must be true or false (also yes/no, on/off, 1/0).\n'
