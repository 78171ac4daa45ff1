"""What is printed, frozen: plain texts and numbers, no model and no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PickRow:
    """Pieces of one SKU to be taken from one place.

    Attributes:
        place: name of the location.
        sku: what stands on the shelf.
        name: what it is.
        quantity: pieces in all.
        orders: (order's number, pieces) of each order that they are for.
    """

    place: str
    sku: str
    name: str
    quantity: int
    orders: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PickListSnapshot:
    """One walk through the warehouse.

    Attributes:
        shop: name of the shop.
        printed_at: aware moment in the shop's time zone.
        orders: numbers of the orders that are picked.
        rows: by place and SKU.
    """

    shop: str
    printed_at: dt.datetime
    orders: tuple[str, ...]
    rows: tuple[PickRow, ...]


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One position on a packing slip.

    Attributes:
        sku: as on the order.
        name: as on the order.
        ordered: pieces ordered.
        packed: pieces in this parcel.
        to_follow: pieces that neither are in this parcel nor were sent before.
    """

    sku: str
    name: str
    ordered: int
    packed: int
    to_follow: int


@dataclass(frozen=True, slots=True)
class PackingSlipSnapshot:
    """What lies in a parcel, for the person who opens it.

    Attributes:
        sender: lines of who sends it, the name first.
        address: lines of who gets it.
        number: the parcel's.
        order: the order's.
        ordered_on: day on which the order was placed, None where unknown.
        carrier: name of the carrier or "".
        tracking: tracking number or "".
        language: en, de, fr or ar.
        created_at: aware moment at which the parcel was packed.
        lines: what lies in it.
    """

    sender: tuple[str, ...]
    address: tuple[str, ...]
    number: str
    order: str
    ordered_on: dt.date | None
    carrier: str
    tracking: str
    language: str
    created_at: dt.datetime
    lines: tuple[SlipLine, ...]


@dataclass(frozen=True, slots=True)
class LabelSnapshot:
    """An address label.

    Attributes:
        sender: who sends it, in one line.
        address: lines of who gets it.
        number: the parcel's; printed as a barcode too.
        order: the order's.
        carrier: name of the carrier or "".
        created_at: aware moment at which the parcel was packed.
    """

    sender: str
    address: tuple[str, ...]
    number: str
    order: str
    carrier: str
    created_at: dt.datetime
