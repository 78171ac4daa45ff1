"""States of a product."""

from __future__ import annotations

from typing import Any

from django.db import models

from backoffice.kernel.states.machine import Machine, Transition
from products.events import product_status_changed


class ProductStatus(models.TextChoices):
    """Whether a product is on sale."""

    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    ARCHIVED = "archived", "Archived"


def _sellable(product: Any) -> str:
    # Lists prefetch the variants, so that many products cost one query.
    if any(variant.is_active for variant in product.variants.all()):
        return ""
    return f"{product} has no variant on sale."


PRODUCT_MACHINE = Machine(
    name="product",
    model="products.Product",
    field_name="status",
    states=ProductStatus,
    initial=ProductStatus.DRAFT,
    changed=product_status_changed,
    transitions=(
        Transition(
            "publish",
            frozenset({ProductStatus.DRAFT, ProductStatus.ARCHIVED}),
            ProductStatus.ACTIVE,
            permission="products.publish_product",
            guard=_sellable,
            label="Publish",
        ),
        Transition(
            "archive",
            frozenset({ProductStatus.DRAFT, ProductStatus.ACTIVE}),
            ProductStatus.ARCHIVED,
            permission="products.publish_product",
            label="Archive",
        ),
        Transition(
            "withdraw",
            frozenset({ProductStatus.ACTIVE}),
            ProductStatus.DRAFT,
            permission="products.publish_product",
            label="Back to draft",
        ),
    ),
)
