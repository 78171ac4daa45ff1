"""How the catalogue's lists and pages show amounts, pictures and stock."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.kernel.admin.change_list import BackofficeChangeList
from backoffice.kernel.money import money_text
from products.selectors.levels import Level, StockLevel

EMPTY = "–"
# Colour is never alone: each level has its own sign and its own words.
_BADGES = {
    StockLevel.OUT: ("text-bg-danger", "fa-times-circle"),
    StockLevel.LOW: ("text-bg-warning", "fa-exclamation-triangle"),
    StockLevel.OK: ("text-bg-success", "fa-check-circle"),
    StockLevel.NONE: ("text-bg-secondary", "fa-minus-circle"),
}
_STATUS_BADGES = {"draft": "text-bg-secondary", "active": "text-bg-success", "archived": "text-bg-light border"}


class AddsFacts(Protocol):
    """A ModelAdmin that puts further facts on the rows of a page."""

    def add_facts(self, request: HttpRequest, rows: list[Any]) -> None:
        """Put them on the rows."""


class FactsChangeList(BackofficeChangeList):
    """A list that finds a page's keys first, and fetches rows, joins and further facts for these alone.

    Deep pages and searches would else join and carry every row that comes before the page.
    """

    def get_results(self, request: HttpRequest) -> None:
        """Fetch the page and hand its rows to the ModelAdmin's ``add_facts``."""
        listed = self.queryset
        self.queryset = listed.values_list("pk", flat=True)
        super().get_results(request)
        self.queryset, keys = listed, list(self.result_list)
        found = {row.pk: row for row in self.apply_select_related(self.root_queryset.filter(pk__in=keys))}
        rows = [found[key] for key in keys if key in found]
        cast("AddsFacts", self.model_admin).add_facts(request, rows)
        self.result_list = rows


def money(amount: Decimal | None, currency: str) -> str:
    """Write an amount with its currency as the reader's language does; a dash for none."""
    return EMPTY if amount is None else money_text(amount, currency)


def price_span(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    """Write the prices from … to … of several variants."""
    return money(low, currency) if low == high else f"{money(low, currency)} – {money(high, currency)}"


def level_badge(level: Level) -> SafeString:
    """Show a stock level by sign, words and number; the colour only underlines it."""
    colour, sign = _BADGES[level.level]
    words = str(level.level.label)
    if level.level == StockLevel.LOW and level.low_places < level.places:
        words = f"Low at {level.low_places} of {level.places}"
    number = f" · {level.available:,}" if level.available else ""
    return format_html(
        '<span class="badge {}"><i class="fas {}" aria-hidden="true"></i> {}{}</span>', colour, sign, words, number
    )


def status_badge(product: Any) -> SafeString:
    """Show a product's status."""
    return format_html(
        '<span class="badge {}">{}</span>', _STATUS_BADGES.get(product.status, ""), product.get_status_display()
    )


def thumbnail(file_id: int | None, *, alt: str, size: int = 40) -> SafeString:
    """Show a stored picture in a square; an empty square for none."""
    if file_id is None:
        return format_html('<span class="product-thumbnail" style="width:{0}px;height:{0}px"></span>', size)
    return format_html(
        '<img class="product-thumbnail" src="{}" alt="{}" loading="lazy" style="width:{}px;height:{}px">',
        reverse("file", args=[file_id]),
        alt,
        size,
        size,
    )


def signed(quantity: int) -> SafeString:
    """Show pieces that came (+) or went (−)."""
    text = f"+{quantity:,}" if quantity > 0 else f"−{-quantity:,}"
    return format_html('<span class="{}">{}</span>', "text-success" if quantity > 0 else "text-danger", text)
