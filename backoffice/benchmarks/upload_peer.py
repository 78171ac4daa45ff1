"""The peer of an upload: the usual import-export resource with simple-history, as its admin runs it.

Preview (a dry run) and confirmation of the same file over the same tables; the resource saves a product, its
variant and its stock per row, and each save leaves its history row. What the peer leaves out: movements of
stock, a stored preview, conflicts, undo.
"""

from __future__ import annotations

import json
import os
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import django


def main(path: str) -> None:
    """Import a file twice, as a preview and for good, and print the seconds of both as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    django.setup()
    from django.conf import settings
    from import_export import resources
    from tablib import Dataset

    from accounts.models import SellerProfile
    from backoffice.kernel.history.context import audit
    from products.models import Category, Location, Product, Stock, TaxClass, Variant
    from products.services.bulk_categories import categories_bulk_ensure

    settings.DEBUG = False
    with audit(source="benchmark"):
        seller = SellerProfile.objects.create(code="peer", store_name="Peer", status="active")
        tax_class = TaxClass.objects.get(code="standard")
        category = Category.objects.get(pk=categories_bulk_ensure(paths=["Peer"])["Peer"])
        location = Location.objects.order_by("priority").first()

    class ProductResource(resources.ModelResource):
        """Products by their handle, with a variant and its stock saved after each."""

        class Meta:
            """What the resource reads."""

            model = Product
            import_id_fields = ("handle",)
            fields = ("handle", "name", "status", "brand", "description")
            clean_model_instances = True
            skip_unchanged = True
            report_skipped = True

        def init_instance(self, row: Any = None) -> Product:
            """Start a new product with what the file only names."""
            return Product(seller=seller, tax_class=tax_class, category=category)

        def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            """Save the row's variant and stock."""
            variant = Variant.objects.filter(sku=row["sku"]).first() or Variant(sku=row["sku"])
            variant.product = instance
            variant.barcode, variant.weight_grams = row["barcode"], int(row["weight_grams"])
            variant.price, variant.cost = Decimal(row["price"]), Decimal(row["cost"])
            variant.full_clean()
            variant.save()
            stock = Stock.objects.filter(variant=variant, location=location).first()
            stock = stock or Stock(variant=variant, location=location)
            stock.on_hand = int(row["stock"])
            stock.save()

    def load() -> Dataset:
        return Dataset().load(Path(path).read_text(encoding="utf-8"), format="csv")

    with audit(source="benchmark"):
        began = time.perf_counter()
        preview = ProductResource().import_data(load(), dry_run=True, raise_errors=True)
        result = ProductResource().import_data(load(), dry_run=False, raise_errors=True)
        seconds = time.perf_counter() - began
    rows = len(load())
    if preview.totals["new"] != rows or result.totals["new"] != rows or Product.objects.count() != rows:
        raise SystemExit("The peer did not write every row.")
    print(json.dumps({"seconds": seconds, "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
