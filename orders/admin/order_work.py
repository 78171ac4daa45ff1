"""What can be done with an order from its page and its list: place, cancel, ship, take back, print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from backoffice.kernel.refusals import Refused
from orders.admin.actions import ORDER_ACTIONS
from orders.admin.printing import PrintButtonsMixin, print_view
from orders.admin.quantity_form import QuantityForm, ReturnForm, ShipForm
from orders.documents import render_pick_list
from orders.models import Order, Shipment
from orders.selectors.parcels import lines_to_pack, lines_to_return
from orders.selectors.printing import pick_list_of
from orders.services.cancelling import order_cancel
from orders.services.completing import order_complete
from orders.services.delivering import shipment_deliver
from orders.services.placing import order_place
from orders.services.returns import return_create
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.states import ORDER_MACHINE, OrderStatus

_PARCEL_STEPS: dict[str, tuple[Callable[..., Shipment], str]] = {
    "ship": (shipment_ship, "left"),
    "deliver": (shipment_deliver, "arrived"),
}


class OrderWorkMixin(PrintButtonsMixin):
    """Buttons, pages and bulk actions of orders."""

    bulk_actions = ORDER_ACTIONS
    transitions = {
        ORDER_MACHINE: {
            "place": lambda order, reason, _user: order_place(order=order, reason=reason),
            "complete": lambda order, reason, _user: order_complete(order=order, reason=reason),
            "cancel": lambda order, reason, _user: order_cancel(order=order, reason=reason),
        }
    }
    transition_reasons = frozenset({"order.cancel"})
    print_buttons = {"pick-list": ("Pick list", lambda pk: render_pick_list(pick_list_of([pk])))}

    def get_urls(self) -> list[Any]:
        """Add the pages on which a parcel is packed and a return announced."""
        wrap = self.admin_site.admin_view
        return [
            path("print/<uuid:key>/<slug:kind>/", wrap(print_view), name="orders_print"),
            path(
                "<path:object_id>/parcel/<int:parcel_id>/<slug:step>/",
                wrap(self.parcel_view),
                name="orders_order_parcel",
            ),
            path("<path:object_id>/ship/", wrap(self.ship_view), name="orders_order_ship"),
            path("<path:object_id>/return/", wrap(self.return_view), name="orders_order_return"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Hand the links to these pages to the order's page."""
        obj = kwargs.get("obj")
        if obj is not None:
            context["work_links"] = self.work_links(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)

    def work_links(self, request: HttpRequest, order: Order) -> list[dict[str, str]]:
        """Return what the user can do with the order now, beside its transitions."""
        links = []
        if (
            request.user.has_perm("orders.ship_order")
            and order.status == OrderStatus.OPEN
            and lines_to_pack([order.pk])
        ):
            links.append({"label": "Ship …", "url": reverse("admin:orders_order_ship", args=[order.pk])})
        if request.user.has_perm("orders.add_return") and lines_to_return([order.pk]):
            links.append({"label": "Return …", "url": reverse("admin:orders_order_return", args=[order.pk])})
        links += self.print_links(request, order) if order.status == OrderStatus.OPEN else []
        profile = getattr(order.customer, "customer_profile", None)
        if profile is not None and request.user.has_perm("accounts.view_customerprofile"):
            url = reverse("admin:accounts_customerprofile_change", args=[profile.pk])
            links.append({"label": "Customer", "url": url})
        return links

    def ship_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Pack a parcel, and let it leave where that is wanted."""
        order = self._order_or_404(request, object_id, permission="orders.ship_order")
        free = lines_to_pack([order.pk]).get(order.pk, [])
        form = ShipForm(request.POST or None, free=free, preset=True)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                parcel = shipment_create(
                    order=order,
                    lines=form.chosen(),
                    seller=data["seller"],
                    carrier=data["carrier"],
                    tracking_number=data["tracking_number"],
                )
                if data["hand_over"]:
                    shipment_ship(shipment=parcel)
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                done = "left" if data["hand_over"] else "is prepared"
                messages.success(request, f"Parcel {parcel} {done}.")
                return self._back(order)
        return self._page(
            request, order, form, title=f"Ship {order}", submit="Ship", nothing="Nothing is left to ship."
        )

    def parcel_view(self, request: HttpRequest, object_id: str, parcel_id: int, step: str) -> HttpResponse:
        """Say that one of the order's parcels left or arrived, and stay on the order's page."""
        order = self._order_or_404(request, object_id, permission="orders.ship_order")
        parcel = Shipment.objects.filter(order=order, pk=parcel_id).first()
        if parcel is None or step not in _PARCEL_STEPS:
            raise Http404("There is no such parcel.")
        if request.method == "POST":
            service, done = _PARCEL_STEPS[step]
            try:
                service(shipment=parcel)
            except Refused as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"Parcel {parcel} {done}.")
        return self._back(order)

    def return_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Announce that goods come back."""
        order = self._order_or_404(request, object_id, permission="orders.add_return")
        free = lines_to_return([order.pk]).get(order.pk, [])
        form = ReturnForm(request.POST or None, free=free, preset=False)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                document = return_create(order=order, lines=form.chosen(), reason=data["reason"], note=data["note"])
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                messages.success(request, f"Return {document} is announced; approve it next.")
                return HttpResponseRedirect(reverse("admin:orders_return_change", args=[document.pk]))
        return self._page(
            request,
            order,
            form,
            title=f"Return of {order}",
            submit="Announce the return",
            nothing="Nothing of this order is with the customer.",
        )

    def _order_or_404(self, request: HttpRequest, object_id: str, *, permission: str) -> Order:
        order: Order | None = self.get_object(request, unquote(object_id))
        if order is None:
            raise Http404("There is no such order.")
        if not request.user.has_perm(permission) or not self.has_view_permission(request, order):
            raise PermissionDenied
        return order

    def _back(self, order: Order) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))

    def _page(
        self, request: HttpRequest, order: Order, form: QuantityForm, *, title: str, submit: str, nothing: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": Order._meta,
            "order": order,
            "form": form,
            "submit": submit,
            "nothing": nothing,
        }
        return TemplateResponse(request, "admin/orders/order/quantities.html", context)
