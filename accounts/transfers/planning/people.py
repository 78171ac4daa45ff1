"""Which customer each row of a chunk speaks of, and what the rows say of the person."""

from __future__ import annotations

from typing import Any

from accounts.resources import CustomerResource
from accounts.transfers.columns import FULL_NAME, PERSON_COLUMNS, USER_COLUMNS, emptied
from accounts.transfers.existing import customers_by_email
from accounts.transfers.names import full_name, split_name
from accounts.transfers.planning.cells import IS_ERASED
from accounts.transfers.planning.work import Customer, Work
from backoffice.kernel.transfers.table import CLEAR
from backoffice.kernel.transfers.values import reads_as

UNUSABLE_EMAIL = "This email cannot be used for a customer."


def find_people(work: Work) -> None:
    """Put the rows of each customer together; refuse emails of staff and sellers, leave out erased persons."""
    emails = work.batch.column("email")
    wanted = {emails[place] for place in work.live}
    found = customers_by_email(sorted(wanted)) if wanted else {}
    known: dict[str, Customer] = {}
    for place in work.live:
        email = emails[place]
        existing = found.get(email)
        if existing is not None and not existing.is_customer:
            work.batch.refuse(place, "email", email, UNUSABLE_EMAIL)
            continue
        if existing is not None and existing.is_erased:
            work.batch.skipped[place] = IS_ERASED
            continue
        customer = known.get(email)
        if customer is None:
            customer = known[email] = Customer(email, existing)
            if existing is not None:
                customer.user_id, customer.profile_id = existing.user_id, existing.profile_id
            work.customers.append(customer)
        customer.places.append(place)
        work.customer_of[place] = customer
    work.keep_sound()


def gather_people(work: Work) -> None:
    """Collect each person's values from its rows; rows that contradict an earlier one are refused."""
    columns = _person_columns(work)
    contradicted = [customer for customer in work.customers if not _gather(work, customer, columns)]
    work.keep_sound()
    for customer in contradicted:
        # Once more without the refused rows: what they say of other things does not count either.
        customer.values = {}
        _gather(work, customer, columns)


def _person_columns(work: Work) -> list[tuple[str, list[Any]]]:
    names = (*PERSON_COLUMNS, FULL_NAME)
    return [(name, work.batch.values[name]) for name in names if name in work.batch.values]


def _gather(work: Work, customer: Customer, columns: list[tuple[str, list[Any]]]) -> bool:
    """Take each value from the first row that gives it; return whether all rows agree."""
    agree = True
    for name, column in columns:
        first = -1
        for place in customer.places:
            value = column[place]
            if value is None:
                continue
            if first < 0:
                first, customer.values[name] = place, value
            elif value != customer.values[name]:
                message = f"Row {work.batch.numbers[first]} says something else about the same customer."
                work.batch.refuse(place, name, value, message)
                agree = False
    _part_name(customer)
    customer.gathered = list(customer.places)
    return agree


def _part_name(customer: Customer) -> None:
    """Part a name that stands in one cell, unless first or last name are given or the customer is called so already."""
    whole = customer.values.pop(FULL_NAME, None)
    if whole is None or any(name in customer.values for name in USER_COLUMNS):
        return
    known = customer.existing.values if customer.existing else {}
    if full_name(known.get("first_name", ""), known.get("last_name", "")) != (whole,):
        customer.values |= dict(zip(USER_COLUMNS, split_name(whole), strict=True))


def fail_new_with_any(work: Work) -> None:
    """Refuse every row of a new customer of whom one row cannot be used: half a customer would be made."""
    emails, numbers = work.batch.column("email"), work.batch.numbers
    wrong: dict[str, int] = {}
    for place in sorted(work.batch.errors):
        if isinstance(emails[place], str):
            wrong.setdefault(emails[place], place)
    for customer in work.customers:
        if customer.existing is None and customer.email in wrong:
            message = f"The customer cannot be made, because row {numbers[wrong[customer.email]]} has errors."
            for place in customer.places:
                work.batch.refuse(place, "", None, message)
    work.keep_sound()


def compare_people(work: Work) -> None:
    """Choose the row that carries each person, and note what changes; call when every row has been checked."""
    columns, fields = _person_columns(work), CustomerResource.by_field()
    for customer in work.customers:
        if not customer.places:
            continue
        customer.carrier = customer.places[0]
        if customer.existing is None or work.run.mode == "create":
            continue
        if customer.places != customer.gathered:
            # What rows say that were refused since does not count.
            customer.values = {}
            _gather(work, customer, columns)
        for name, value in customer.values.items():
            old, new = customer.existing.values[name], emptied(name) if value is CLEAR else value
            if old != new and not reads_as(fields[name], old, new):
                customer.diff[name] = [old, new]
