"""Changing many prices: the same computation for the preview and for the real thing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from django.db import models, transaction

from backoffice.kernel.history.bulk import bulk_update
from backoffice.kernel.money import round_money
from backoffice.kernel.shop.selectors import shop_settings
from products.models import Variant
from products.services.news import tell_catalogue_changed

_TOO_MUCH = Decimal(10) ** 10
_ONE = Decimal(1)


class PriceRule(models.TextChoices):
    """How new prices come from old ones."""

    PERCENT = "percent", "Change by percent"
    AMOUNT = "amount", "Change by an amount"
    SET = "set", "Set to"


class PriceEnding(models.TextChoices):
    """What new prices end in."""

    NONE = "", "As computed"
    NINETY_NINE = "0.99", "… .99"
    NINETY_FIVE = "0.95", "… .95"
    NINETY = "0.90", "… .90"
    WHOLE = "0.00", "… .00"


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A change of prices.

    Attributes:
        rule: how the value is meant.
        value: percent or an amount in the base currency; negative lowers the price.
        ending: what prices above zero are rounded to; the nearest price with that ending, the
            higher one of two that are equally near.
        former_as_compare_at: show the old price as the former one where the price falls, and none
            where it rises.
    """

    rule: PriceRule
    value: Decimal
    ending: PriceEnding = PriceEnding.NONE
    former_as_compare_at: bool = False


@dataclass(frozen=True, slots=True)
class PricePlan:
    """What a change would do to one variant.

    Attributes:
        variant_id: primary key.
        product_id: primary key of its product.
        sku: its SKU.
        old: price now.
        new: price then.
        refusal: why the price stays as it is, in plain words; "" where it changes.
    """

    variant_id: int
    product_id: int
    sku: str
    old: Decimal
    new: Decimal
    refusal: str = ""


def new_price(*, old: Decimal, change: PriceChange, currency: str) -> Decimal:
    """Compute a new price.

    Args:
        old: price now, in the base currency.
        change: the change.
        currency: ISO 4217 code of the base currency; its minor unit is what is rounded to, half up.
    """
    if change.rule == PriceRule.SET:
        exact = change.value
    elif change.rule == PriceRule.AMOUNT:
        exact = old + change.value
    else:
        exact = old * (1 + change.value / 100)
    price = round_money(exact, currency)
    return _with_ending(price, Decimal(change.ending)) if change.ending and price > 0 else price


def prices_preview(*, variants: Iterable[Variant], change: PriceChange) -> list[PricePlan]:
    """Say what a change would do to each variant, without doing it."""
    currency = shop_settings().base_currency
    plans = []
    for variant in variants:
        new = new_price(old=variant.price, change=change, currency=currency)
        plans.append(
            PricePlan(
                variant_id=variant.pk,
                product_id=variant.product_id,
                sku=variant.sku,
                old=variant.price,
                new=new,
                refusal=_refusal(variant.price, new),
            )
        )
    return plans


def prices_change(*, variant_ids: Collection[int], change: PriceChange) -> list[PricePlan]:
    """Change the prices of variants, as one set-based write with its history.

    Variants whose price would not change, or would leave the permitted range, keep it.

    Args:
        variant_ids: primary keys.
        change: the change; it is computed from the prices as they are now.

    Returns:
        The plan of every variant; those without a refusal were changed.
    """
    with transaction.atomic():
        rows = Variant.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=variant_ids).order_by("pk")
        variants = {row.pk: row for row in rows}
        plans = prices_preview(variants=variants.values(), change=change)
        changed = [plan for plan in plans if not plan.refusal]
        if change.former_as_compare_at:
            values = [(plan.variant_id, plan.new, plan.old if plan.new < plan.old else None) for plan in changed]
            bulk_update(Variant, ["price", "compare_at_price"], values)
        else:
            bulk_update(Variant, ["price"], [(plan.variant_id, plan.new) for plan in changed])
        tell_catalogue_changed(
            product_ids={plan.product_id for plan in changed}, variant_ids=[plan.variant_id for plan in changed]
        )
    return plans


def _with_ending(price: Decimal, ending: Decimal) -> Decimal:
    """Return the nearest price above zero that ends in some fraction of the whole unit."""
    steps = ((price - ending) / _ONE).quantize(_ONE, rounding=ROUND_HALF_UP if price >= ending else ROUND_CEILING)
    rounded = max(steps, Decimal(0)) + ending
    return rounded if rounded > 0 else _ONE


def _refusal(old: Decimal, new: Decimal) -> str:
    if new == old:
        return "The price stays the same."
    if new < 0:
        return "The price would fall below 0."
    if new >= _TOO_MUCH:
        return "The price would be too large."
    return ""
