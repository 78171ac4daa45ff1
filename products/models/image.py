"""Pictures of products."""

from __future__ import annotations

from django.db import models

from backoffice.kernel.history.models import TrackedModel


class ProductImage(TrackedModel):
    """A picture of a product, re-encoded and kept by the hash of its content."""

    product = models.ForeignKey("products.Product", on_delete=models.PROTECT, related_name="images")
    variant = models.ForeignKey(
        "products.Variant", null=True, blank=True, on_delete=models.PROTECT, related_name="images"
    )
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    thumbnail = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField("SHA-256 of the picture", max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt_text = models.CharField("description", max_length=255, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "image"
        ordering = ["product", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["product", "digest"], name="products_productimage_once")]

    def __str__(self) -> str:
        return self.alt_text or f"Image {self.position + 1}"
