"""Countries as people write them: a code, or a name in English, German or French."""

from __future__ import annotations

from functools import cache

from babel import Locale

from accounts.validators import COUNTRIES
from backoffice.kernel.transfers.reading.header import name_key

_LANGUAGES = ("en", "de", "fr")
# What people write besides the names that CLDR knows.
_OTHER_NAMES = {
    "USA": "US", "United States of America": "US", "Vereinigte Staaten von Amerika": "US", "États-Unis d'Amérique": "US",
    "UK": "GB", "Great Britain": "GB", "England": "GB", "Scotland": "GB", "Wales": "GB", "Northern Ireland": "GB",
    "Großbritannien": "GB", "Grande-Bretagne": "GB", "EIRE": "IE", "Republic of Ireland": "IE",
    "Holland": "NL", "The Netherlands": "NL", "Hollande": "NL", "BRD": "DE", "Federal Republic of Germany": "DE",
    "Czech Republic": "CZ", "Tschechische Republik": "CZ", "République tchèque": "CZ", "Slovak Republic": "SK",
    "Turkey": "TR", "Russian Federation": "RU", "Viet Nam": "VN", "Korea, Republic of": "KR", "Republic of Korea": "KR",
    "Hong Kong": "HK", "Hongkong": "HK", "Macau": "MO", "Macao": "MO", "UAE": "AE", "VAE": "AE", "Ivory Coast": "CI",
    "Elfenbeinküste": "CI", "Macedonia": "MK", "Mazedonien": "MK", "Moldova, Republic of": "MD", "Burma": "MM",
}  # fmt: skip


def country_code(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of a country.

    Args:
        text: its code in any case, or its name in English, German or French; accents and
            punctuation make no difference.

    Returns:
        The code in capitals, or "" where the text names no country.
    """
    code = text.strip().upper()
    return code if code in COUNTRIES else _names().get(name_key(text), "")


@cache
def _names() -> dict[str, str]:
    """Return comparable name → code; where languages disagree about a name, the first one counts."""
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in COUNTRIES:
                found.setdefault(name_key(name), code)
    return {name_key(name): code for name, code in _OTHER_NAMES.items()} | found
