"""Products."""

from __future__ import annotations

from django.db import models

from backoffice.kernel.history.models import TrackedModel
from products.states import ProductStatus


class Product(TrackedModel):
    """Something a seller offers, in one or more variants."""

    seller = models.ForeignKey("accounts.SellerProfile", on_delete=models.PROTECT, related_name="products")
    category = models.ForeignKey(
        "products.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    tax_class = models.ForeignKey("products.TaxClass", on_delete=models.PROTECT, related_name="products")
    handle = models.CharField(max_length=200, help_text="Short name in addresses and files, unique per seller.")
    name = models.CharField(max_length=255)
    status = models.CharField(max_length=10, choices=ProductStatus.choices, default=ProductStatus.DRAFT)
    brand = models.CharField(max_length=120, blank=True)
    short_description = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)
    tags = models.CharField(max_length=500, blank=True, help_text="Separated by commas.")
    meta_title = models.CharField("title for search engines", max_length=255, blank=True)
    meta_description = models.CharField("description for search engines", max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # The handle leads: uploads look for thousands of handles before they know whose they are.
            models.UniqueConstraint(fields=["handle", "seller"], name="products_product_handle_per_seller"),
            models.CheckConstraint(
                condition=~models.Q(handle=""),
                name="products_product_handle_given",
                violation_error_message="A product needs a handle.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="products_product_name_given",
                violation_error_message="A product needs a name.",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="products_product_by_status"),
            models.Index(fields=["name"], name="products_product_by_name"),
        ]
        permissions = [
            ("publish_product", "Can publish and archive products"),
            ("import_product", "Can upload products from files"),
            ("export_product", "Can export products to files"),
            ("reprice_product", "Can change prices in bulk"),
        ]

    def __str__(self) -> str:
        return self.name
