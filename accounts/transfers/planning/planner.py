"""From a chunk of rows to its plan."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import transaction

from accounts.models import Address, CustomerProfile, User
from accounts.transfers.columns import FIELDS
from accounts.transfers.planning.addresses import collect_addresses
from accounts.transfers.planning.cells import check_cells
from accounts.transfers.planning.defaults import settle_defaults, watch
from accounts.transfers.planning.people import compare_people, fail_new_with_any, find_people, gather_people
from accounts.transfers.planning.work import Customer, FileAddress, Work
from backoffice.kernel.history.bulk import reserve_ids
from backoffice.kernel.transfers.models import RowAction
from backoffice.kernel.transfers.service import Run, Staged, as_json, error_row, skipped_row
from backoffice.kernel.transfers.table import CLEAR, Batch

# What a row can stand for, in the order of the kind's targets.
CUSTOMER, ADDRESS = 0, 1
_CREATE, _UPDATE, _UNCHANGED = RowAction.CREATE.value, RowAction.UPDATE.value, RowAction.UNCHANGED.value


def plan_customers(batch: Batch, run: Run) -> list[Staged]:
    """Plan a chunk.

    Args:
        batch: the rows as values.
        run: for whom and how.
    """
    work = Work(batch, run)
    check_cells(work)
    find_people(work)
    gather_people(work)
    # Before its addresses are looked at, lest they miss what the refused row said, and again after that.
    fail_new_with_any(work)
    collect_addresses(work)
    settle_defaults(work)
    fail_new_with_any(work)
    compare_people(work)
    watch(work)
    _reserve(work)
    planned: list[Staged | None] = [None] * len(batch)
    for customer in work.customers:
        for place in customer.places:
            planned[place] = _planned(work, customer, place)
    return [row or _left_out(work, place) for place, row in enumerate(planned)]


def _reserve(work: Work) -> None:
    """Reserve the keys of new rows, so that applying the plan need not write them back to it."""
    if work.run.mode == "update":
        return
    new = [customer for customer in work.customers if customer.existing is None and customer.places]
    fresh = [
        address for customer in work.customers if customer.places for address in customer.addresses if not address.pk
    ]
    with transaction.atomic():
        users = iter(reserve_ids(User, len(new)))
        profiles = iter(reserve_ids(CustomerProfile, len(new)))
        for customer in new:
            (customer.user_id,), (customer.profile_id,) = islice(users, 1), islice(profiles, 1)
        for address, pk in zip(fresh, reserve_ids(Address, len(fresh)), strict=True):
            address.pk = pk


def _planned(work: Work, customer: Customer, place: int) -> Staged:
    """Return the plan of a sound row."""
    number, email = work.batch.numbers[place], customer.email
    mine = customer.addresses_of(place)
    carries = place == customer.carrier
    fresh = [address for address in mine if address.known is None]
    if customer.existing is None:
        if work.run.mode == "update":
            return skipped_row(number, "This customer is new, and the upload only updates.", email)
        return _created(work, customer, place, fresh) if carries or fresh else _says_the_same(work, customer, place)
    if fresh:
        return _created(work, customer, place, fresh)
    changes = _changes(customer, mine, carries=carries)
    if changes:
        target, object_id = (CUSTOMER, customer.profile_id) if carries and customer.diff else (ADDRESS, mine[0].pk)
        payload = _payload(customer, place, mine, carries=carries)
        return Staged(number, _UPDATE, email, target, object_id, as_json(payload), as_json(changes))
    if work.run.mode == "create":
        return skipped_row(number, "This exists, and the upload only creates.", email)
    if place in customer.left_out:
        return skipped_row(number, "This address is new, and the upload only updates.", email)
    if carries or mine:
        target, object_id = (CUSTOMER, customer.profile_id) if carries else (ADDRESS, mine[0].pk)
        return Staged(number, _UNCHANGED, email, target, object_id)
    return _says_the_same(work, customer, place)


def _says_the_same(work: Work, customer: Customer, place: int) -> Staged:
    """Leave out a row that adds nothing to an earlier one of the same customer."""
    number = work.batch.numbers[customer.same_as.get(place, customer.carrier)]
    return skipped_row(work.batch.numbers[place], f"Row {number} says the same of this customer.", customer.email)


def _created(work: Work, customer: Customer, place: int, fresh: list[FileAddress]) -> Staged:
    """Return the plan of a row that makes a customer, addresses, or both."""
    carries = place == customer.carrier
    mine = customer.addresses_of(place)
    values: dict[str, Any] = {"email": customer.email} if carries and customer.existing is None else {}
    if carries and customer.existing is None:
        values |= {name: value for name, value in customer.values.items() if value is not CLEAR}
    for address in fresh:
        values |= {FIELDS[address.slot][column]: text for column, text in address.values.items() if text}
    changed = [address for address in mine if address.known is not None]
    values |= {name: change[1] for name, change in _changes(customer, changed, carries=carries).items()}
    values |= {flag: True for flag, move in customer.moves.items() if move.after in fresh}
    payload = _payload(customer, place, mine, carries=carries)
    target, object_id = (
        (CUSTOMER, customer.profile_id) if customer.existing is None and carries else (ADDRESS, fresh[0].pk)
    )
    return Staged(
        work.batch.numbers[place], _CREATE, customer.email, target, object_id, as_json(payload), as_json(values)
    )  # fmt: skip


def _changes(customer: Customer, known: list[FileAddress], *, carries: bool) -> dict[str, list[Any]]:
    """Return field → [old, new] of what a row changes."""
    changes = dict(customer.diff) if carries else {}
    for address in known:
        changes |= {FIELDS[address.slot][column]: change for column, change in address.diff.items()}
    for flag, move in customer.moves.items():
        if move.losing in known:
            changes[flag] = [True, False]
        if move.after in known:
            changes[flag] = [False, True]
    return changes


def _payload(customer: Customer, place: int, mine: list[FileAddress], *, carries: bool) -> dict[str, Any]:
    """Return what applying needs besides the diff."""
    payload: dict[str, Any] = {"user": customer.user_id, "profile": customer.profile_id}
    if carries and customer.existing is None:
        payload["new"] = 1
    elif carries and customer.diff:
        payload["person"] = customer.diff
    made = [
        [address.pk, {column: text for column, text in address.values.items() if text}]
        for address in mine
        if address.known is None
    ]
    if made:
        payload["made"] = made
    changed = [[address.pk, address.diff] for address in mine if address.diff]
    if changed:
        payload["changed"] = changed
    moves = {
        flag: [move.before.pk if move.before else 0, move.after.pk if move.after else 0]
        for flag, move in customer.moves.items()
        if move.after in mine or move.losing in mine
    }
    if moves:
        payload["defaults"] = moves
    return payload


def _left_out(work: Work, place: int) -> Staged:
    number = work.batch.numbers[place]
    email = work.batch.column("email")[place]
    key = email if isinstance(email, str) else ""
    if place in work.batch.skipped:
        return skipped_row(number, work.batch.skipped[place], key)
    return error_row(number, work.batch.errors[place], key)
