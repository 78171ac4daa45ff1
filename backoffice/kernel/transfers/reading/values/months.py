"""The beginnings of the names of months in the languages of the exports that are seen most."""

from __future__ import annotations

_NAMES: dict[str, str] = {
    "en": "jan feb mar apr may jun jul aug sep oct nov dec",
    "de": "jän febr mär apr mai juni juli aug sept okt nov dez",
    "fr": "janv févr mars avri mai juin juil août sept octo nove déce",
    "es": "ene feb mar abr may jun jul ago set oct nov dic",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nl": "jan feb maa apr mei jun jul aug sep okt nov dec",
    "pt": "jan fev mar abr mai jun jul ago set out nov dez",
}
# Three or four letters, as far as a name needs to differ from the others (French juin and juillet).
MONTHS: dict[str, int] = {
    name: month for names in _NAMES.values() for month, name in enumerate(names.split(), start=1)
} | {"fév": 2, "fev": 2, "mrt": 3, "avr": 4, "aoû": 8, "aou": 8, "déc": 12}
