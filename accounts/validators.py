"""Checks of tax ids, bank accounts and countries, by their public rules (python-stdnum, CLDR)."""

from __future__ import annotations

import re

from babel import Locale
from django.core.exceptions import ValidationError
from stdnum import iban as stdnum_iban
from stdnum.eu import vat as stdnum_vat
from stdnum.exceptions import ValidationError as NumberError

# CLDR lists unions and placeholders among the territories.
_NO_COUNTRIES = {"EU", "UN", "ZZ", "EZ", "QO", "XA", "XB"}
COUNTRIES = frozenset(
    code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRIES
)


def validate_country(value: str) -> None:
    """Accept an ISO 3166-1 alpha-2 code.

    Raises:
        ValidationError: the code names no country.
    """
    if value not in COUNTRIES:
        raise ValidationError(f"“{value}” is not a country code. Use two capital letters, such as DE.")


def validate_iban(value: str) -> None:
    """Accept an IBAN with correct check digits (ISO 13616).

    Raises:
        ValidationError: wrong length, country or check digits.
    """
    try:
        stdnum_iban.validate(value)
    except NumberError as error:
        raise ValidationError(f"“{value}” is not a valid IBAN: {error}") from None


def validate_vat_id(value: str) -> None:
    """Accept a VAT id of an EU member state by its own check rule; other countries' ids pass as text.

    Raises:
        ValidationError: a member state's id with the wrong form or check digits.
    """
    prefix = value[:2].upper()
    if prefix.lower() not in stdnum_vat.MEMBER_STATES and prefix != "EL":
        return
    try:
        stdnum_vat.validate(value)
    except NumberError as error:
        raise ValidationError(f"“{value}” is not a valid VAT id: {error}") from None
