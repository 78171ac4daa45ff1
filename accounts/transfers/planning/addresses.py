"""Which addresses a chunk's rows speak of: those that are there, and new ones.

An address is what it says: it has no number of its own in a file. It is found again when everything
that the row gives is the same; else by recipient and place; else by the place alone, where only one
of the customer's addresses is there and only one row speaks of it. Case and spacing make no
difference. What is found is changed where the row says something else; what is not found is new.
Nothing is ever deleted: an address that moved is a new one beside the old.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.resources import CustomerResource
from accounts.transfers.columns import (
    BILLING,
    DELIVERY,
    FIELDS,
    FLAGS,
    MAIN,
    NEEDED_OF_NEW,
    PLACE,
    PLACING,
    SHIPPING,
    SLOTS,
)
from accounts.transfers.existing import ExistingAddress
from accounts.transfers.planning.work import Customer, FileAddress, Work
from backoffice.kernel.transfers.table import CLEAR
from backoffice.kernel.transfers.values import reads_as


def collect_addresses(work: Work) -> None:
    """Read the addresses of the rows, find those that are there, and note what changes."""
    columns = [
        [(column, work.batch.values[name]) for name, column in slot.items() if name in work.batch.values]
        for slot in SLOTS
    ]
    flags = {flag: work.batch.column(flag) for flag in FLAGS}
    for customer in work.customers:
        for place in customer.places:
            customer.addresses += _addresses_of(work, place, columns, flags)
        if customer.addresses:
            _match(customer)
            for address in customer.addresses:
                if address.known is None:
                    _complete_new(work, customer, address)
                else:
                    _compare(address, address.known)
    work.keep_sound()
    for customer in work.customers:
        sound = set(customer.places)
        customer.addresses = [address for address in customer.addresses if address.place in sound]


def _addresses_of(
    work: Work, place: int, columns: list[list[tuple[str, list[Any]]]], flags: Mapping[str, Any]
) -> list[FileAddress]:
    """Return the addresses of a row, up to two."""
    found = []
    for slot, of_slot in enumerate(columns):
        values = {
            column: "" if cells[place] is CLEAR else cells[place]
            for column, cells in of_slot
            if cells[place] is not None
        }
        if any(values.get(column) for column in PLACING):
            found.append(FileAddress(place, slot, values, {}))
        elif any(values.values()):
            work.run.warn(
                "row names a recipient, country or phone without street or city; no address is made of that.",
                "rows name a recipient, country or phone without street or city; no address is made of that.",
            )
    for address in found:
        if address.slot == MAIN:
            address.flags = {flag: cells[place] for flag, cells in flags.items() if cells[place] is not None}
    if found and found[-1].slot == SHIPPING:
        # The names of the columns say which is which.
        found[-1].flags, found[-1].implied = {DELIVERY: True}, frozenset({DELIVERY})
        if len(found) > 1 and BILLING not in found[0].flags:
            found[0].flags[BILLING] = True
            found[0].implied = frozenset({BILLING})
    return found


def _match(customer: Customer) -> None:
    """Find the addresses that are there, each once; join what several rows say of one address."""
    free = list(customer.existing.addresses) if customer.existing else []
    for address in customer.addresses:
        _take(address, free, [known for known in free if _agree(address.values, known.values)])
    _join(customer)
    for address in _unknown(customer):
        columns = ("name", *PLACE)
        _take(address, free, [known for known in free if _agree(address.values, known.values, columns)])
    lonely = _unknown(customer)
    for address in lonely:
        same = [known for known in free if _agree(address.values, known.values, PLACE)]
        rivals = [other for other in lonely if other.known is None and _agree(address.values, other.values, PLACE)]
        if len(same) == 1 and len(rivals) == 1:
            _take(address, free, same)


def _unknown(customer: Customer) -> list[FileAddress]:
    return [address for address in customer.addresses if address.known is None]


def _take(address: FileAddress, free: list[ExistingAddress], candidates: list[ExistingAddress]) -> None:
    """Let an address of the file stand for the candidate that is the default for the same purposes, else the oldest."""
    if candidates:
        address.known = max(
            candidates,
            key=lambda known: (sum(known.flags[name] == on for name, on in address.flags.items()), -known.pk),
        )
        address.pk = address.known.pk
        free.remove(address.known)


def _join(customer: Customer) -> None:
    """Join an address that is none of those that are there with an earlier one that says the same."""
    kept: list[FileAddress] = []
    for address in sorted(customer.addresses, key=lambda one: one.known is None):
        twin = None
        if address.known is None:
            twin = next((other for other in kept if _agree(address.values, other.values)), None)
        if twin is None:
            kept.append(address)
            continue
        twin.values = {**address.values, **twin.values}
        for flag, on in address.flags.items():
            if on or flag not in twin.flags:
                twin.flags[flag] = on
                twin.implied |= address.implied & {flag}
        if twin.place != address.place:
            customer.same_as[address.place] = twin.place
    customer.addresses = sorted(kept, key=lambda one: (one.place, one.slot))


def _agree(given: Mapping[str, str], other: Mapping[str, str], columns: Iterable[str] | None = None) -> bool:
    """Say whether two addresses are the same in all columns that both give, of the named ones.

    The street or, where a file has none, what else tells the place must be among them.
    """
    both = [name for name in (given if columns is None else columns) if name in given and name in other]
    if not any(name in PLACING for name in both):
        return False
    return all(given[name] == other[name] or _folded(given[name]) == _folded(other[name]) for name in both)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _complete_new(work: Work, customer: Customer, address: FileAddress) -> None:
    """Give a new address its recipient; refuse one that lacks what it cannot be without."""
    fields = FIELDS[address.slot]
    if work.run.mode == "update":
        return
    for column, label in NEEDED_OF_NEW.items():
        if not address.values.get(column):
            work.batch.refuse(address.place, fields[column], None, f"A new address needs a {label}.")
    if not address.values.get("name"):
        person = f"{customer.says('first_name') or ''} {customer.says('last_name') or ''}".strip()
        name = person or address.values.get("company") or customer.says("company")
        if name:
            address.values["name"] = name
        else:
            work.batch.refuse(address.place, fields["name"], None, "A new address needs a recipient.")


def _compare(address: FileAddress, known: ExistingAddress) -> None:
    names, fields = FIELDS[address.slot], CustomerResource.by_field()
    for column, new in address.values.items():
        old = known.values[column]
        if old != new and not reads_as(fields[names[column]], old, new):
            address.diff[column] = [old, new]
