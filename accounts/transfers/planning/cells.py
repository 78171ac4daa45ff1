"""First look at a chunk: cells that cannot be empty, emails, VAT ids, countries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from accounts.countries import country_code
from accounts.models import User
from accounts.services.privacy import ERASED_DOMAIN
from accounts.transfers.columns import NEEDED
from accounts.transfers.planning.work import Work
from accounts.validators import validate_vat_id
from backoffice.kernel.transfers.table import CLEAR

IS_ERASED = "This person's data were erased; nothing of it is loaded again."
# What a check makes of a text: the value to go on with, and what is wrong.
Checked = tuple[str, str]


def check_cells(work: Work) -> None:
    """Refuse what cannot be, and put texts into the spelling of the database."""
    batch = work.batch
    for name in NEEDED & batch.values.keys():
        column = batch.values[name]
        if CLEAR in column:
            for place, value in enumerate(column):
                if value is CLEAR:
                    batch.refuse(place, name, None, "This cannot be empty.")
                    column[place] = None
    _check(work, "email", _email)
    _check(work, "vat_id", _vat_id)
    _check(work, "country", _country)
    _check(work, "shipping_country", _country)
    for place, email in enumerate(batch.column("email")):
        if place in batch.skipped or place in batch.errors:
            continue
        if email is None:
            batch.refuse(place, "email", None, "A row needs the customer's email.")
        elif email.endswith(f"@{ERASED_DOMAIN}"):
            batch.skipped[place] = IS_ERASED
    work.live = list(range(len(batch)))
    work.keep_sound()


def _check(work: Work, name: str, check: Callable[[str], Checked]) -> None:
    """Hold the texts of a column against a check; each different text once."""
    column = work.batch.values.get(name)
    if column is None:
        return
    known: dict[Any, Checked] = {}
    for place, value in enumerate(column):
        if value is None or value is CLEAR or place in work.batch.skipped:
            continue
        if value not in known:
            known[value] = check(value)
        column[place], error = known[value]
        if error:
            work.batch.refuse(place, name, value, error)


def _email(text: str) -> Checked:
    """Check an email as the log-in's own form does, and write it as log-ins keep it."""
    email = text.strip().lower()
    try:
        User._meta.get_field("email").run_validators(email)
    except ValidationError:
        return email, f"“{text[:80]}” is not an email address."
    return email, ""


def _vat_id(text: str) -> Checked:
    try:
        validate_vat_id(text)
    except ValidationError as error:
        return text, " ".join(error.messages)
    return text, ""


def _country(text: str) -> Checked:
    code = country_code(text)
    return code or text, "" if code else f"“{text[:60]}” is no country. Write a code such as DE, or its name."
