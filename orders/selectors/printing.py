"""From the database to what is printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from babel import Locale
from django.utils import timezone

from backoffice.kernel import clock
from backoffice.kernel.shop.selectors import shop_settings
from orders.documents.snapshots import LabelSnapshot, PackingSlipSnapshot, PickListSnapshot, PickRow, SlipLine
from orders.models import Allocation, Shipment
from orders.states import ShipmentStatus

_COUNTRIES: dict[str, str] = dict(Locale("en").territories)
_ADDRESS_LINES = ("company", "name", "line1", "line2")


def pick_list_of(order_ids: Collection[int]) -> PickListSnapshot:
    """Return what is to be picked for orders: whatever is allocated to them and has not left.

    Args:
        order_ids: primary keys; orders of which nothing is allocated are left out.
    """
    rows = (
        Allocation.objects.filter(line__order__in=order_ids)
        .select_related("line__order", "stock__location")
        .order_by("stock__location__priority", "stock__location__code", "line__sku", "line__order_id")
    )
    picked: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        key = (row.stock.location.name, row.line.sku, row.line.name)
        picked[key][row.line.order.number] += row.quantity
    return PickListSnapshot(
        shop=shop_settings().shop_name,
        printed_at=timezone.localtime(clock.now()),
        orders=tuple(sorted({number for orders in picked.values() for number in orders})),
        rows=tuple(
            PickRow(place, sku, name, sum(orders.values()), tuple(orders.items()))
            for (place, sku, name), orders in picked.items()
        ),
    )


def packing_slips_of(shipment_ids: Collection[int]) -> list[PackingSlipSnapshot]:
    """Return the packing slips of parcels, by their numbers; cancelled parcels are left out."""
    return [_slip(parcel) for parcel in _parcels(shipment_ids)]


def labels_of(shipment_ids: Collection[int]) -> list[LabelSnapshot]:
    """Return the address labels of parcels, by their numbers; cancelled parcels are left out."""
    return [
        LabelSnapshot(
            sender=" · ".join(_sender(parcel)),
            address=_address(parcel.order.shipping_address),
            number=parcel.number,
            order=parcel.order.number,
            carrier=parcel.carrier,
            created_at=timezone.localtime(parcel.created_at),
        )
        for parcel in _parcels(shipment_ids)
    ]


def _parcels(shipment_ids: Collection[int]) -> list[Shipment]:
    rows = Shipment.objects.filter(pk__in=shipment_ids).exclude(status=ShipmentStatus.CANCELLED)
    return list(rows.select_related("order", "seller").prefetch_related("lines__order_line").order_by("pk"))


def _slip(parcel: Shipment) -> PackingSlipSnapshot:
    order = parcel.order
    left = parcel.status in {ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED}
    return PackingSlipSnapshot(
        sender=_sender(parcel),
        address=_address(order.shipping_address),
        number=parcel.number,
        order=order.number,
        ordered_on=timezone.localdate(order.placed_at) if order.placed_at else None,
        carrier=parcel.carrier,
        tracking=parcel.tracking_number,
        language=order.language,
        created_at=timezone.localtime(parcel.created_at),
        lines=tuple(
            SlipLine(
                sku=item.order_line.sku,
                name=item.order_line.name,
                ordered=item.order_line.quantity,
                packed=item.quantity,
                to_follow=max(0, item.order_line.to_ship - (0 if left else item.quantity)),
            )
            for item in sorted(parcel.lines.all(), key=lambda item: (item.order_line.position, item.pk))
        ),
    )


def _sender(parcel: Shipment) -> tuple[str, ...]:
    seller = parcel.seller
    if seller is None:
        return (shop_settings().shop_name,)
    place = f"{seller.postcode} {seller.city}".strip()
    return tuple(filter(None, (seller.store_name, seller.line1, place, seller.country if place else "")))


def _address(address: dict[str, str]) -> tuple[str, ...]:
    """Return an address as the post wants it: abroad with the country's name, in capitals, on the last line."""
    lines = [address.get(key, "") for key in _ADDRESS_LINES]
    lines.append(f"{address.get('postcode', '')} {address.get('city', '')}".strip())
    country = address.get("country", "")
    abroad = country and country != shop_settings().country
    lines += [address.get("region", ""), _COUNTRIES.get(country, country).upper() if abroad else ""]
    return tuple(line for line in lines if line)
