"""Attributes that tell the variants of a product apart."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from backoffice.kernel.history.models import TrackedModel


class Attribute(TrackedModel):
    """A quality in which variants differ, such as colour."""

    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="products_attribute_name_case_insensitive",
                violation_error_message="There is an attribute of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AttributeValue(TrackedModel):
    """One value of an attribute, such as red."""

    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="values")
    value = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["attribute", "position", "value"]
        constraints = [models.UniqueConstraint(fields=["attribute", "value"], name="products_attributevalue_once")]

    def __str__(self) -> str:
        return self.value
