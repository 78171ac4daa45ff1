"""What the shapes of several systems have in common."""

from __future__ import annotations

from accounts.resources import LANGUAGES
from backoffice.kernel.transfers.reading.header import name_key

NO_EMAIL = "The row has no email, so nobody can be found or made by it."
NOTHING = frozenset({"False", "FALSE", "NULL", "null", "None", "\\N", "0000-00-00"})
_BY_KEY = {name_key(name): code for name, code in LANGUAGES.items()}


def known_language(text: str) -> str:
    """Return the code of a language that the shop speaks, from “de_DE” or “German / Deutsch”; others are left out."""
    for part in (text, *text.replace("_", "-").split("/"), text.replace("_", "-").split("-")[0]):
        code = _BY_KEY.get(name_key(part))
        if code:
            return code
    return ""


def street_lines(text: str, line2: str) -> tuple[str, str]:
    """Return the lines of a street that stand in one cell, one below the other."""
    first, *rest = [part.strip() for part in text.replace("\r", "\n").split("\n") if part.strip()] or [""]
    return first, ", ".join([*rest, *filter(None, [line2.strip()])])


def without_country(text: str) -> str:
    """Return a state without the country behind it: “Berlin (DE)”."""
    return text.rpartition(" (")[0] if text.endswith(")") and " (" in text else text


def same(text: str) -> str:
    """Return the text."""
    return text
