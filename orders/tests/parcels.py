"""Parcels to be tracked in tests."""

from accounts.tests.factories import SellerFactory
from orders.services.shipments import shipment_create
from orders.tests.factories import placed_order, stocked_variant


def parcel(**shipment):
    return shipment_create(order=placed_order(), **shipment)


def two_sellers():
    """Return one order's parcels of two sellers."""
    sellers = [SellerFactory(code=code, store_name=f"{code.title()} Trade") for code in ("north", "south")]
    order = placed_order(lines=[(stocked_variant(seller=seller), 2) for seller in sellers])
    return [shipment_create(order=order, seller=seller) for seller in sellers]


def tracked(shipment):
    shipment.refresh_from_db()
    return shipment.carrier, shipment.tracking_number
