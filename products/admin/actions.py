"""Bulk actions of the catalogue's lists."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from backoffice.kernel.admin.actions import ActionPlan, BulkAction, TransitionAction
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.shop.selectors import shop_settings
from products.admin.display import money
from products.models import Product, Variant
from products.services.prices import (
    PriceChange,
    PriceEnding,
    PricePlan,
    PriceRule,
    prices_change,
    prices_preview,
)
from products.services.products import product_archive, product_publish, product_withdraw
from products.services.variants import variants_set_active
from products.states import PRODUCT_MACHINE

# So many prices of one product are shown before the action is confirmed.
MOST_PRICES = 4


class _ProductTransition(TransitionAction):
    machine = PRODUCT_MACHINE

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Ask the machine, with the variants of all products at hand."""
        return super().plan(queryset.prefetch_related("variants"), user, data)


class PublishProducts(_ProductTransition):
    """Put products on sale."""

    transition = "publish"
    label = "Publish"

    def apply(self, row: Any, reason: str, user: Any) -> Any:
        """Publish one."""
        return product_publish(product=row, reason=reason)


class ArchiveProducts(_ProductTransition):
    """Take products off sale for good."""

    transition = "archive"
    label = "Archive"

    def apply(self, row: Any, reason: str, user: Any) -> Any:
        """Archive one."""
        return product_archive(product=row, reason=reason)


class WithdrawProducts(_ProductTransition):
    """Take products off sale to work on them."""

    transition = "withdraw"
    label = "Take back to draft"

    def apply(self, row: Any, reason: str, user: Any) -> Any:
        """Withdraw one."""
        return product_withdraw(product=row, reason=reason)


class PriceForm(forms.Form):
    """How prices change."""

    rule = forms.ChoiceField(choices=PriceRule.choices, initial=PriceRule.PERCENT, label="Change")
    value = forms.DecimalField(
        max_digits=12,
        decimal_places=2,
        label="Value",
        help_text="Percent or an amount; a minus sign lowers the price.",
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.01"}),
    )
    ending = forms.ChoiceField(
        choices=PriceEnding.choices,
        required=False,
        label="Ending",
        help_text="Round to the nearest price that ends like this.",
    )
    former_as_compare_at = forms.BooleanField(
        required=False,
        label="Show the former price",
        help_text="The old price becomes the former price where the new one is lower.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse what would leave no price."""
        data = super().clean() or {}
        rule, value = data.get("rule"), data.get("value")
        if rule == PriceRule.SET and value is not None and value < 0:
            self.add_error("value", "A price cannot be below 0.")
        if rule == PriceRule.PERCENT and value is not None and value < Decimal(-100):
            self.add_error("value", "A price can fall by 100 percent at most.")
        return data


def price_change_of(data: dict[str, Any]) -> PriceChange:
    """Return the change that the form's values mean."""
    return PriceChange(
        rule=PriceRule(data["rule"]),
        value=data["value"],
        ending=PriceEnding(data.get("ending") or ""),
        former_as_compare_at=bool(data.get("former_as_compare_at")),
    )


class _PriceAction(BulkAction):
    name = "change_prices"
    label = "Change prices"
    permission = "products.reprice_product"
    form_class = PriceForm

    def variants_of(self, queryset: QuerySet[Any]) -> QuerySet[Variant]:
        """Return the variants of the selected rows."""
        raise NotImplementedError

    def previews(self, queryset: QuerySet[Any], data: dict[str, Any]) -> list[PricePlan]:
        """Return the plan of each variant."""
        return prices_preview(variants=self.variants_of(queryset).order_by("pk"), change=price_change_of(data))


class ChangeProductPrices(_PriceAction):
    """Change the prices of all variants of products."""

    def variants_of(self, queryset: QuerySet[Any]) -> QuerySet[Variant]:
        """Return the variants of the products."""
        return Variant.objects.filter(product__in=queryset.order_by().values("pk"))

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Apply to products of which at least one price changes."""
        plans: dict[int, list[PricePlan]] = defaultdict(list)
        for plan in self.previews(queryset, data):
            plans[plan.product_id].append(plan)
        result = ActionPlan(applicable=[], warnings=price_warnings([p for some in plans.values() for p in some]))
        currency = shop_settings().base_currency
        for product in queryset.order_by("pk"):
            refusals = [plan.refusal for plan in plans[product.pk]]
            if "" in refusals:
                result.applicable.append(product.pk)
                changed = [plan for plan in plans[product.pk] if not plan.refusal]
                result.previews[product.pk] = price_words(changed, currency, with_sku=True)
            else:
                result.refused.append((str(product), refusals[0] if refusals else "It has no variants."))
        return result

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Change the prices."""
        variant_ids = list(self.variants_of(Product.objects.filter(pk__in=ids)).values_list("pk", flat=True))
        plans = prices_change(variant_ids=variant_ids, change=price_change_of(data))
        return {"applied": len(ids), "prices": sum(not plan.refusal for plan in plans)}


class ChangeVariantPrices(_PriceAction):
    """Change the prices of variants."""

    def variants_of(self, queryset: QuerySet[Any]) -> QuerySet[Variant]:
        """Return the variants themselves."""
        return queryset

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Apply to variants whose price changes."""
        plans = self.previews(queryset, data)
        currency = shop_settings().base_currency
        return ActionPlan(
            applicable=[plan.variant_id for plan in plans if not plan.refusal],
            refused=[(plan.sku, plan.refusal) for plan in plans if plan.refusal],
            warnings=price_warnings(plans),
            previews={plan.variant_id: price_words([plan], currency) for plan in plans if not plan.refusal},
        )

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Change the prices."""
        plans = prices_change(variant_ids=ids, change=price_change_of(data))
        return {"applied": sum(not plan.refusal for plan in plans)}


class _SetActive(BulkAction):
    active: bool

    def plan(self, queryset: QuerySet[Any], user: Any, data: dict[str, Any]) -> ActionPlan:
        """Apply to those that are not so yet."""
        plan = ActionPlan(applicable=[])
        for variant in queryset.order_by("pk"):
            if variant.is_active == self.active:
                plan.refused.append(
                    (str(variant), "It is on sale already." if self.active else "It is off sale already.")
                )
            else:
                plan.applicable.append(variant.pk)
        return plan

    def execute(self, ids: list[Any], user: Any, data: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Write them as a set."""
        return {"applied": variants_set_active(variant_ids=ids, active=self.active)}


class PutOnSale(_SetActive):
    """Offer variants."""

    name, label, active = "put_on_sale", "Put on sale", True


class TakeOffSale(_SetActive):
    """Offer variants no more."""

    name, label, active = "take_off_sale", "Take off sale", False


def price_words(plans: list[PricePlan], currency: str, *, with_sku: bool = False) -> str:
    """Write old and new prices of a few variants: “A-1 €10.00 → €9.99, …”."""
    shown = [
        f"{f'{plan.sku} ' if with_sku else ''}{money(plan.old, currency)} → {money(plan.new, currency)}"
        for plan in plans[:MOST_PRICES]
    ]
    return ", ".join(shown) + (f" and {len(plans) - MOST_PRICES} more" if len(plans) > MOST_PRICES else "")


def price_warnings(plans: list[PricePlan]) -> list[str]:
    """Return what a person should look at twice."""
    changed = [plan for plan in plans if not plan.refusal]
    half = sum(plan.new * 2 < plan.old for plan in changed)
    zero = sum(plan.new == 0 for plan in changed)
    warnings = []
    if half:
        warnings.append(f"{half:,} prices fall by more than half.")
    if zero:
        warnings.append(f"{zero:,} prices become 0.")
    return warnings
