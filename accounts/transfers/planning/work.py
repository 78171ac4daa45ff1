"""A chunk of rows on its way to a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accounts.transfers.existing import ExistingAddress, ExistingCustomer
from backoffice.kernel.transfers.service import Run
from backoffice.kernel.transfers.table import CLEAR, Batch


@dataclass(slots=True, eq=False)
class FileAddress:
    """An address of the file.

    Attributes:
        place: its row.
        slot: which of the row's two addresses it is.
        values: column → text, of the cells that say something.
        flags: purpose → whether the file makes it the default.
        implied: purposes that only follow from the names of the columns.
        known: the address that it stands for; None for a new one.
        pk: its primary key, reserved where it is new.
        diff: column → [old, new] of a known one.
    """

    place: int
    slot: int
    values: dict[str, str]
    flags: dict[str, bool]
    implied: frozenset[str] = frozenset()
    known: ExistingAddress | None = None
    pk: int = 0
    diff: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Move:
    """A default address that becomes another one.

    Attributes:
        before: the address that is it now, or None.
        after: the one of the file that becomes it, or None where nobody does.
        losing: the one of the file that stops being it, where the file has it.
    """

    before: ExistingAddress | None
    after: FileAddress | None
    losing: FileAddress | None


@dataclass(slots=True, eq=False)
class Customer:
    """The rows of one customer.

    Attributes:
        email: in lower case.
        existing: the customer as it is; None for a new one.
        places: its rows, in the order of the file.
        carrier: the row that the person's own changes are booked on.
        values: field → value of the person, as the rows give it.
        gathered: the rows that gave them.
        diff: field → [old, new] of an existing person.
        addresses: what the rows say of addresses, each address once.
        same_as: place of a row whose address another row has given → that row's place.
        left_out: places of rows with a new address that the upload's mode leaves out.
        moves: purpose → change of the default address.
        user_id, profile_id: primary keys, reserved where the customer is new.
    """

    email: str
    existing: ExistingCustomer | None
    places: list[int] = field(default_factory=list)
    carrier: int = -1
    values: dict[str, Any] = field(default_factory=dict)
    gathered: list[int] = field(default_factory=list)
    diff: dict[str, list[Any]] = field(default_factory=dict)
    addresses: list[FileAddress] = field(default_factory=list)
    same_as: dict[int, int] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    moves: dict[str, Move] = field(default_factory=dict)
    user_id: int = 0
    profile_id: int = 0

    def says(self, name: str) -> Any:
        """Return a person's value as it will be; "" or None where nothing is known."""
        given = self.values.get(name)
        if given is not None:
            return "" if given is CLEAR else given
        return self.existing.values[name] if self.existing else ""

    def addresses_of(self, place: int) -> list[FileAddress]:
        """Return what a row says of addresses that no other row says."""
        return [address for address in self.addresses if address.place == place]


@dataclass(slots=True)
class Work:
    """Everything that is known about a chunk while it is planned.

    Attributes:
        batch: the rows.
        run: for whom and how.
        live: places that are neither skipped nor wrong so far.
        customers: in the order of their first rows.
        customer_of: place → its customer.
    """

    batch: Batch
    run: Run
    live: list[int] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    customer_of: dict[int, Customer] = field(default_factory=dict)

    def keep_sound(self) -> None:
        """Drop the places that have got errors, or were left out, since the last step."""
        wrong, skipped = self.batch.errors, self.batch.skipped
        self.live = [place for place in self.live if place not in wrong and place not in skipped]
        for customer in self.customers:
            customer.places = [place for place in customer.places if place not in wrong and place not in skipped]
