"""The catalogue for everybody, products and stock for those who keep them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from backoffice.kernel.api.faces import Face
from backoffice.kernel.api.views import ReadViewSet, ScopedReadViewSet
from backoffice.kernel.files.services import file_path
from backoffice.kernel.scope.rules import Audience
from backoffice.kernel.shop.selectors import shop_settings
from products.api_filters import CatalogueFilters, ProductFilters, StockFilters
from products.models import Category, Product, ProductImage, Stock, VariantOption
from products.selectors.storefront import (
    storefront_categories,
    storefront_images,
    storefront_joined,
    storefront_products,
)
from products.serializers import CatalogueProductSerializer, CategorySerializer, ProductSerializer, StockSerializer


def _on_sale(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return storefront_joined(storefront_products())


def _shown_categories(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return storefront_categories()


@extend_schema_view(list=extend_schema(tags=["catalogue"]), retrieve=extend_schema(tags=["catalogue"]))
class CatalogueProductViewSet(ReadViewSet):
    """Products on sale."""

    model = Product
    permission_classes = [AllowAny]
    face = Face(
        listed=CatalogueProductSerializer,
        filters=CatalogueFilters,
        ordering={"id": "pk", "name": "name", "price": "price_from"},
        rows=_on_sale,
    )

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the shop's settings, read once."""
        return {**super().get_serializer_context(), "shop": shop_settings()}


@extend_schema_view(list=extend_schema(tags=["catalogue"]), retrieve=extend_schema(tags=["catalogue"]))
class CatalogueCategoryViewSet(ReadViewSet):
    """The category tree, in the order of the tree."""

    model = Category
    permission_classes = [AllowAny]
    lookup_field = "slug"
    face = Face(listed=CategorySerializer, default_order="path", rows=_shown_categories)


class CatalogueImageView(APIView):
    """A picture of a product on sale."""

    permission_classes = [AllowAny]
    small = False

    @extend_schema(tags=["catalogue"], responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int) -> FileResponse:
        """Hand out the picture; its bytes never change under the same address."""
        images = storefront_images().select_related("thumbnail" if self.small else "file")
        image: ProductImage = get_object_or_404(images, pk=pk)
        file = image.thumbnail if self.small else image.file
        try:
            content = file_path(file).open("rb")
        except FileNotFoundError as error:
            raise Http404("This picture is lost.") from error
        response = FileResponse(content, content_type=file.content_type)
        response["Cache-Control"] = "public, max-age=86400"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


def _with_variants(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    options = VariantOption.objects.select_related("attribute", "value").order_by("position")
    return rows.select_related("seller", "category", "tax_class").prefetch_related(
        "variants", Prefetch("variants__options", options)
    )


def _with_places(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.select_related("variant__product", "location")


PRODUCT_FACE = Face(
    listed=ProductSerializer,
    filters=ProductFilters,
    ordering={"id": "pk", "name": "name", "updated": "updated_at"},
    rows=_with_variants,
)


@extend_schema_view(list=extend_schema(tags=["products"]), retrieve=extend_schema(tags=["products"]))
class ProductViewSet(ScopedReadViewSet):
    """All products for staff, a seller's own for sellers."""

    model = Product
    faces = {Audience.HOUSE: PRODUCT_FACE, Audience.SELLER: PRODUCT_FACE}


STOCK_FACE = Face(
    listed=StockSerializer,
    filters=StockFilters,
    ordering={"id": "pk", "on_hand": "on_hand", "updated": "updated_at"},
    rows=_with_places,
)


@extend_schema_view(list=extend_schema(tags=["products"]), retrieve=extend_schema(tags=["products"]))
class StockViewSet(ScopedReadViewSet):
    """All stock for staff, that of the own goods for sellers."""

    model = Stock
    faces = {Audience.HOUSE: STOCK_FACE, Audience.SELLER: STOCK_FACE}
