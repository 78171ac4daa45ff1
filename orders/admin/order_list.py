"""The list of orders: queue tabs, columns for people who ship all day, search through indexes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.base import BackofficeModelAdmin
from backoffice.kernel.admin.change_list import BackofficeChangeList
from backoffice.kernel.admin.paging import LongListPaginator
from backoffice.kernel.admin.scoped import is_house
from backoffice.kernel.scope.rules import visible
from orders.admin.display import EMPTY, age, badge, money, stacked
from orders.admin.filters import AgeFilter, SellerFilter
from orders.models import Order, OrderLine
from orders.selectors.queues import COVERED, LABELS, Queue, late_since, order_queue_counts, orders_in
from orders.selectors.searching import MOST, order_search
from orders.states import OrderStatus

QUEUE_PARAMETER = "queue"
# In these queues whoever came first is served first.
_OLDEST_FIRST = frozenset({Queue.TO_SHIP, Queue.LATE, Queue.AWAITING_PAYMENT, Queue.UNDER_WAY})
_LINES_SHOWN = 3


def queue_of(request: HttpRequest) -> Queue | None:
    """Return the queue that a request's address names."""
    value = request.GET.get(QUEUE_PARAMETER, "")
    return Queue(value) if value in set(Queue) else None


class OrderChangeList(BackofficeChangeList):
    """The list of a queue; each page's lines are fetched at once."""

    def get_filters_params(self, params: Any = None) -> Any:
        """Keep the queue out of the look-ups."""
        found = super().get_filters_params(params)
        found.pop(QUEUE_PARAMETER, None)
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Order]:
        """Narrow the list to its queue."""
        rows = super().get_queryset(request, exclude_parameters)
        queue = queue_of(request)
        return rows if queue is None else orders_in(queue, rows)

    def get_results(self, request: HttpRequest) -> None:
        """Fetch the page, then its lines that the user may see."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        lines: dict[int, list[OrderLine]] = defaultdict(list)
        rows = OrderLine.objects.filter(order__in=[order.pk for order in self.result_list])
        for line in visible(rows, request.user).order_by("order", "position", "pk"):
            lines[line.order_id].append(line)
        limit = late_since() if self.result_list else None
        for order in self.result_list:
            order.shown_lines, order.late_since = lines[order.pk], limit


class OrderListMixin(BackofficeModelAdmin):
    """Columns, filters, search and queue tabs of the list of orders."""

    change_list_template = "admin/orders/order/change_list.html"
    list_display = ("number", "waiting", "ship_to", "goods", "total_shown", "paid", "fulfilled", "state")
    list_filter = (
        "status",
        "fulfilment_status",
        "payment_status",
        AgeFilter,
        ("placed_at", admin.DateFieldListFilter),
        "channel",
        SellerFilter,
    )
    search_fields = ("number",)
    search_help_text = "Number, email, name, SKU, tracking"
    ordering = ("-pk",)
    paginator = LongListPaginator

    # What people outside the house see of an order that others have a part in.
    seller_columns = ("number", "waiting", "ship_to", "goods", "fulfilled", "state")
    seller_filters = ("status", "fulfilment_status", AgeFilter)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out what concerns the whole order, for people outside the house."""
        return list(super().get_list_display(request)) if is_house(request) else list(self.seller_columns)

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Leave out filters on columns that the user does not see."""
        return super().get_list_filter(request) if is_house(request) else self.seller_filters

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the list with queues."""
        return OrderChangeList

    def get_ordering(self, request: HttpRequest) -> Any:
        """Work queues begin with what waits longest."""
        return ("pk",) if queue_of(request) in _OLDEST_FIRST else self.ordering

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """Search through indexes."""
        if not search_term.strip():
            return queryset, False
        found = order_search(search_term, user=request.user)
        if (
            len(found) >= MOST
            and request.resolver_match
            and request.resolver_match.url_name == "orders_order_changelist"
        ):
            messages.info(request, f"More than {MOST:,} orders begin like this; some of them are listed. Type more.")
        return queryset.filter(pk__among=found), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Put the queue tabs above the list."""
        chosen = queue_of(request)
        url = reverse("admin:orders_order_changelist")
        tabs = [{"label": "All", "url": url, "count": "", "is_chosen": chosen is None, "is_urgent": False}]
        if self.has_view_or_change_permission(request):
            tabs += [
                {
                    "label": item.label,
                    "url": f"{url}?{QUEUE_PARAMETER}={item.queue}",
                    "count": item.shown,
                    "is_chosen": chosen == item.queue,
                    "is_urgent": item.queue == Queue.LATE and item.count > 0,
                }
                for item in order_queue_counts(request.user)
            ]
        context = {"queue_tabs": tabs, **({"title": LABELS[chosen]} if chosen else {}), **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    @admin.display(description="age", ordering="placed_at")
    def waiting(self, order: Any) -> SafeString:
        """Show how long ago the order was placed, marked while it waits too long to be shipped."""
        waits = order.status == OrderStatus.OPEN and order.payment_status in COVERED
        waits = waits and any(line.to_ship for line in order.shown_lines)
        limit: dt.datetime | None = order.late_since if waits else None
        return age(order.placed_at, late_since=limit)

    @admin.display(description="ship to")
    def ship_to(self, order: Order) -> SafeString:
        """Show who gets it and where."""
        address = order.shipping_address
        name = address.get("company") or address.get("name") or order.buyer_name or EMPTY
        place = ", ".join(filter(None, (address.get("city"), address.get("country"))))
        return stacked(filter(None, (name, place)))

    @admin.display(description="goods")
    def goods(self, order: Any) -> SafeString:
        """Show what is ordered, and how much of it is still to be shipped."""
        lines = order.shown_lines
        texts = [f"{line.quantity} × {line.sku}" for line in lines[:_LINES_SHOWN]]
        if len(lines) > _LINES_SHOWN:
            texts.append(f"and {len(lines) - _LINES_SHOWN} more")
        pieces = sum(line.quantity for line in lines)
        left = sum(line.to_ship for line in lines)
        if 0 < left < pieces and order.status == OrderStatus.OPEN:
            texts.append(f"{left} of {pieces} pieces to ship")
        return stacked(texts)

    @admin.display(description="total")
    def total_shown(self, order: Order) -> SafeString:
        """Show what the order costs."""
        return format_html('<span class="text-nowrap">{}</span>', money(order.total, order.currency))

    @admin.display(description="payment")
    def paid(self, order: Order) -> SafeString:
        """Show how far the order is paid."""
        return badge(order.payment_status, order.get_payment_status_display())

    @admin.display(description="fulfilment")
    def fulfilled(self, order: Order) -> SafeString:
        """Show how far the goods have come; of a cancelled order nothing will."""
        if order.status == OrderStatus.CANCELLED:
            return format_html("{}", EMPTY)
        return badge(order.fulfilment_status, order.get_fulfilment_status_display())

    @admin.display(description="status")
    def state(self, order: Order) -> SafeString:
        """Show where the order stands as a whole."""
        return badge(order.status, order.get_status_display())
