"""Bulk actions of orders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from backoffice.kernel.admin.actions.action import ActionPlan, BulkAction
from backoffice.kernel.jobs.context import JobContext
from orders.admin.printing import PrintPickList
from orders.models import Shipment
from orders.selectors.parcels import lines_to_pack
from orders.services.cancelling import orders_cancel_bulk
from orders.services.delivering import orders_deliver_bulk
from orders.services.outcome import Outcome
from orders.services.placing import orders_place_bulk
from orders.services.shipping import orders_ship_bulk
from orders.states import ORDER_MACHINE, OrderStatus, ShipmentStatus


class ReasonForm(forms.Form):
    """Why, for the history."""

    reason = forms.CharField(required=False, max_length=200, help_text="Kept in the history of each order.")


class CancelForm(forms.Form):
    """Why; a cancelled order without a reason helps nobody."""

    reason = forms.CharField(max_length=200, help_text="Kept in the history of each order.")


class ShipManyForm(ReasonForm):
    """Who carries the parcels."""

    carrier = forms.CharField(required=False, max_length=60, help_text="For parcels that name none yet.")


class OrderAction(BulkAction):
    """An action that a bulk service carries out, set-based."""

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Call the service for all rows at once."""
        outcome = self.work(ids, data)
        return {"applied": len(outcome.done), "refused": outcome.refused}

    def work(self, ids: list[Any], data: dict[str, Any]) -> Outcome:
        """Call the service."""
        raise NotImplementedError


class _Transition(OrderAction):
    """A transition of orders: the machine says which rows it applies to."""

    transition = ""

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Ask the machine for each order; the guards look at lines."""
        plan = ActionPlan(applicable=[])
        for order in queryset.prefetch_related("lines").order_by("pk").iterator(chunk_size=1_000):
            refusal = ORDER_MACHINE.refusal(order, self.transition)
            if refusal:
                plan.refused.append((str(order), refusal))
            else:
                plan.applicable.append(order.pk)
        return plan


class PlaceOrders(_Transition):
    """Place drafts."""

    name = "place"
    label = "Place"
    description = "Totals become final and stock is allocated, in the order of the numbers."
    permission = "orders.place_order"
    transition = "place"
    no_undo = "Placed orders are in the books, with their payments. Take them back with “Cancel” in the list of orders."
    form_class = ReasonForm

    def work(self, ids: list[Any], data: dict[str, Any]) -> Outcome:
        """Place them."""
        return orders_place_bulk(order_ids=ids, reason=data.get("reason", ""))


class CancelOrders(_Transition):
    """Cancel orders of which nothing has left."""

    name = "cancel"
    label = "Cancel"
    description = "Allocated stock is set free; parcels in preparation are dropped."
    permission = "orders.cancel_order"
    transition = "cancel"
    no_undo = "Cancelled orders stay cancelled, with their payments and invoices. Place a new order instead."
    form_class = CancelForm

    def work(self, ids: list[Any], data: dict[str, Any]) -> Outcome:
        """Cancel them."""
        return orders_cancel_bulk(order_ids=ids, reason=data.get("reason", ""))


class ShipOrders(OrderAction):
    """Ship all that is allocated."""

    name = "ship"
    label = "Ship"
    description = "Parcels in preparation leave as they are; the rest goes into one new parcel per order."
    permission = "orders.ship_order"
    form_class = ShipManyForm

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Take open orders of which something is packed or can be."""
        orders = list(queryset.order_by("pk"))
        ids = [order.pk for order in orders]
        ready = set(lines_to_pack(ids)) | set(_with_parcels(ids, ShipmentStatus.DRAFT))
        plan = ActionPlan(applicable=[])
        for order in orders:
            if order.status != OrderStatus.OPEN:
                state = order.get_status_display().lower()
                plan.refused.append((str(order), f"It is {state}; only open orders are shipped."))
            elif order.pk not in ready:
                plan.refused.append((str(order), "Nothing of it is left to ship."))
            else:
                plan.applicable.append(order.pk)
        return plan

    def work(self, ids: list[Any], data: dict[str, Any]) -> Outcome:
        """Ship them."""
        return orders_ship_bulk(order_ids=ids, carrier=data.get("carrier", ""), reason=data.get("reason", ""))


class DeliverOrders(OrderAction):
    """Record that everything under way has arrived."""

    name = "deliver"
    label = "Mark delivered"
    description = "All parcels under way have arrived; paid orders are completed."
    permission = "orders.ship_order"
    form_class = ReasonForm

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Take orders with parcels under way."""
        orders = list(queryset.order_by("pk"))
        under_way = set(_with_parcels([order.pk for order in orders], ShipmentStatus.SHIPPED))
        return ActionPlan(
            applicable=[order.pk for order in orders if order.pk in under_way],
            refused=[(str(order), "No parcel of it is under way.") for order in orders if order.pk not in under_way],
        )

    def work(self, ids: list[Any], data: dict[str, Any]) -> Outcome:
        """Mark them delivered."""
        return orders_deliver_bulk(order_ids=ids, reason=data.get("reason", ""))


def _with_parcels(order_ids: list[int], status: ShipmentStatus) -> QuerySet[Shipment, int]:
    return Shipment.objects.filter(order__in=order_ids, status=status).order_by().values_list("order_id", flat=True)


ORDER_ACTIONS: list[type[BulkAction]] = [
    PlaceOrders,
    PrintPickList,
    ShipOrders,
    DeliverOrders,
    CancelOrders,
]
