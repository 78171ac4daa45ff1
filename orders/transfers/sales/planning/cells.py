"""First look at a chunk: spellings, countries, currencies, addresses of mail; and which rows belong together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.countries import country_code
from backoffice.kernel.transfers.table import CLEAR
from orders.services.buyers import clean_email
from orders.transfers.sales.columns import ORDER_FIELDS, TOLERATED
from orders.transfers.sales.document import Document, Work
from orders.transfers.sales.existing import local_text
from orders.transfers.sales.planning.rows import sort_rows

_TO_THE_SECOND = len("2024-03-31T18:05:00")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)

# Text → (spelling, error).
Spell = Callable[[str], tuple[str | None, str]]


def check_cells(work: Work) -> None:
    """Put cells into the spelling of the database, and refuse what has none."""
    for name, column in work.batch.values.items():
        if CLEAR in column:
            # Uploads add orders and change none: there is nothing that could be emptied.
            work.batch.values[name] = [None if value is CLEAR else value for value in column]
    _spell(work, "ordered_at", _moment)
    _spell(work, "email", _email)
    _spell(work, "currency", _currency)
    _spell(work, "billing_country", _country)
    _spell(work, "shipping_country", _country)


def group_rows(work: Work) -> None:
    """Make a document of the rows with one number, and collect what they say of it as a whole."""
    batch = work.batch
    numbers, references = work.column("number"), work.column("external_reference")
    by_key: dict[str, Document] = {}
    for place in range(len(batch)):
        if place in batch.skipped:
            continue
        # Our own number wins: only uploaded orders are known by their number elsewhere.
        key = numbers[place] or references[place]
        if key is None:
            if place not in batch.errors:
                batch.refuse(place, "external_reference", None, "The row names no order.")
            continue
        document = by_key.get(key)
        if document is None:
            document = by_key[key] = Document(key, is_ours=numbers[place] is not None)
        document.places.append(place)
    work.documents = list(by_key.values())
    columns = [(name, batch.values[name]) for name in ORDER_FIELDS if name in batch.values]
    for document in work.documents:
        for name, column in columns:
            _gather(work, document, name, column)
        sort_rows(work, document)


def _gather(work: Work, document: Document, name: str, column: list[Any]) -> None:
    """Take a value from the first row that gives it; rows that contradict it are refused."""
    first = -1
    for place in document.places:
        value = column[place]
        if value is None:
            continue
        if first < 0:
            first, document.values[name] = place, value
        elif value != document.values[name]:
            if name in TOLERATED:
                document.values[name] = min(value, document.values[name])
            else:
                message = f"Row {work.batch.numbers[first]} says something else about the same order."
                work.batch.refuse(place, name, value, message)


def _spell(work: Work, name: str, spell: Spell) -> None:
    """Replace texts by their spelling; each different text is looked at once."""
    column = work.batch.values.get(name)
    if column is None:
        return
    known: dict[str, tuple[str | None, str]] = {}
    for place, value in enumerate(column):
        if value is None or place in work.batch.skipped:
            continue
        if value not in known:
            known[value] = spell(value)
        column[place], error = known[value]
        if error:
            work.batch.refuse(place, name, value, error)


def _moment(text: str) -> tuple[str | None, str]:
    moment = dt.datetime.fromisoformat(text)
    return (local_text(moment) if timezone.is_aware(moment) else text[:_TO_THE_SECOND]), ""


def _email(text: str) -> tuple[str | None, str]:
    email = clean_email(text)
    try:
        validate_email(email)
    except ValidationError:
        return None, "This is no email address."
    return email, ""


def _currency(text: str) -> tuple[str | None, str]:
    code = text.upper()
    return (code, "") if _CURRENCY.fullmatch(code) else (None, "A currency has three letters, such as EUR.")


def _country(text: str) -> tuple[str | None, str]:
    code = country_code(text)
    return (code, "") if code else (None, "This names no country. Write its code, such as DE, or its name.")
