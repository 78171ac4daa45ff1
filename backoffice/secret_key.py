"""The signing key of an installation that was given none: random, made once, readable by its owner alone."""

import os
import secrets
import string
import tempfile
from pathlib import Path

# What `check --deploy` asks of a key.
LENGTH_MIN = 50
VARIETY_MIN = 5

LENGTH_MADE = 64
LETTERS = string.ascii_letters + string.digits + "-_"


def strong_enough(key: str) -> bool:
    """Tell whether a key is long and varied enough to sign with."""
    return len(key) >= LENGTH_MIN and len(set(key)) >= VARIETY_MIN


def kept_key(path: Path) -> str:
    """Return the key in the file `path`; the first call makes it.

    Raises:
        OSError: the file can neither be read nor made.
        ValueError: it holds no usable key.
    """
    if not path.exists():
        _keep_new_key(path)
    key = path.read_text(encoding="ascii").strip()
    if not strong_enough(key):
        raise ValueError("it holds no usable key")
    return key


def _keep_new_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = "".join(secrets.choice(LETTERS) for _ in range(LENGTH_MADE))
    # mkstemp opens with O_EXCL and mode 0600. A hard link appears whole or not at all, and never replaces
    # an existing file, so that two processes that start together agree on one key.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{key}\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        Path(draft).unlink()
