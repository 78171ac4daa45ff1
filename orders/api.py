"""Orders: all for staff, their part for sellers, their own for customers."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.kernel.api.faces import Face
from backoffice.kernel.api.views import ScopedReadViewSet
from backoffice.kernel.scope.rules import Audience, visible
from orders.api_filters import HouseOrderFilters, OrderFilters, OrderLineFilters
from orders.models import Order, OrderLine, OrderNote, Shipment
from orders.serializers import (
    CustomerOrderDetailSerializer,
    CustomerOrderSerializer,
    HouseOrderDetailSerializer,
    HouseOrderSerializer,
    OrderLineSerializer,
    ParcelSerializer,
    ReasonSerializer,
    SellerOrderSerializer,
)
from orders.services.cancelling import order_cancel
from orders.services.placing import order_place
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.states import ORDER_MACHINE, SHIPMENT_MACHINE, OrderStatus

NEWEST = {"id": "pk", "created": "created_at", "updated": "updated_at"}


def _parts(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Join an order's lines and parcels, through the row scope: a seller gets the own ones."""
    lines = visible(OrderLine.objects.select_related("seller").order_by("position", "pk"), user)
    parcels = visible(Shipment.objects.prefetch_related("lines__order_line").order_by("pk"), user)
    return rows.prefetch_related(Prefetch("lines", lines), Prefetch("shipments", parcels))


def _for_house(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.select_related("customer")


def _whole_for_house(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return _parts(_for_house(rows, user), user).prefetch_related("notes")


def _for_customer(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Leave out what staff have begun and not placed."""
    return rows.exclude(status=OrderStatus.DRAFT)


def _whole_for_customer(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Leave out notes among staff, too."""
    notes = Prefetch("notes", OrderNote.objects.filter(visible_to_customer=True), to_attr="shown_notes")
    return _parts(_for_customer(rows, user), user).prefetch_related(notes)


@extend_schema_view(list=extend_schema(tags=["orders"]), retrieve=extend_schema(tags=["orders"]))
class OrderViewSet(ScopedReadViewSet):
    """Orders, by their number."""

    model = Order
    lookup_field = "number"
    lookup_value_regex = r"[\w-]+"
    faces = {
        Audience.HOUSE: Face(
            listed=HouseOrderSerializer,
            detail=HouseOrderDetailSerializer,
            filters=HouseOrderFilters,
            ordering={**NEWEST, "total": "total"},
            rows=_for_house,
            detail_rows=_whole_for_house,
        ),
        Audience.SELLER: Face(listed=SellerOrderSerializer, filters=OrderFilters, ordering={"id": "pk"}, rows=_parts),
        Audience.CUSTOMER: Face(
            listed=CustomerOrderSerializer,
            detail=CustomerOrderDetailSerializer,
            filters=OrderFilters,
            ordering={"id": "pk"},
            rows=_for_customer,
            detail_rows=_whole_for_customer,
        ),
    }
    action_permissions = {
        "place": ORDER_MACHINE.by_name["place"].permission,
        "cancel": ORDER_MACHINE.by_name["cancel"].permission,
        "ship": SHIPMENT_MACHINE.by_name["ship"].permission,
    }

    @extend_schema(tags=["orders"], request=ReasonSerializer, responses=HouseOrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def place(self, request: Request, number: str) -> Response:
        """Place a draft: its stock is allocated, its totals become final."""
        given = _given(ReasonSerializer, request)
        order_place(order=self.get_object(), reason=given["reason"])
        return self._answer()

    @extend_schema(tags=["orders"], request=ReasonSerializer, responses=HouseOrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        """Cancel an order of which nothing has left."""
        given = _given(ReasonSerializer, request)
        order_cancel(order=self.get_object(), reason=given["reason"])
        return self._answer()

    @extend_schema(tags=["orders"], request=ParcelSerializer, responses=HouseOrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def ship(self, request: Request, number: str) -> Response:
        """Pack everything that is allocated and not packed yet into one parcel, and send it."""
        given = _given(ParcelSerializer, request)
        with transaction.atomic():
            parcel = shipment_create(
                order=self.get_object(), carrier=given["carrier"], tracking_number=given["tracking_number"]
            )
            shipment_ship(shipment=parcel, reason=given["reason"])
        return self._answer()

    def _answer(self) -> Response:
        return Response(self.get_serializer(self.get_object()).data)


def _with_order(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.select_related("order", "seller")


LINE_FACE = Face(
    listed=OrderLineSerializer,
    filters=OrderLineFilters,
    ordering={"id": "pk", "updated": "updated_at"},
    rows=_with_order,
)


@extend_schema_view(list=extend_schema(tags=["orders"]), retrieve=extend_schema(tags=["orders"]))
class OrderLineViewSet(ScopedReadViewSet):
    """Lines of orders: all for staff, the own ones for sellers."""

    model = OrderLine
    faces = {Audience.HOUSE: LINE_FACE, Audience.SELLER: LINE_FACE}


def _given(serializer: Any, request: Request) -> dict[str, Any]:
    """Return the checked values of a request's body."""
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)
