"""How the names of picture files are compared."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

# Names are kept up to this length, without the ending.
LONGEST_STEM = 200
_SAME_ENDING = {".jpeg": ".jpg", ".jpe": ".jpg", ".jfif": ".jpg"}


def base_name(path: str) -> str:
    """Return the last part of a path, whichever way its slashes lean."""
    return PurePosixPath(path.replace("\\", "/").strip()).name


def name_key(path: str) -> str:
    """Return what tells a picture's name: its last part, whatever its case, its accents' form, and “jpeg” for “jpg”."""
    name = PurePosixPath(unicodedata.normalize("NFC", base_name(path)))
    ending = name.suffix.casefold()
    return name.stem[:LONGEST_STEM].casefold() + _SAME_ENDING.get(ending, ending)
