"""The catalogue and the stock as the API shows them."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.reverse import reverse

from accounts.models import SellerProfile
from products.models import Category, Product, ProductImage, Stock, Variant, VariantOption


class StoreSerializer(serializers.ModelSerializer[SellerProfile]):
    """A seller, as everybody may know them."""

    class Meta:
        model = SellerProfile
        fields = ("code", "store_name")


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A category with its place in the tree."""

    class Meta:
        model = Category
        fields = ("slug", "name", "full_name", "depth", "description")


class CategoryNameSerializer(serializers.ModelSerializer[Category]):
    """A category as a product names it."""

    class Meta:
        model = Category
        fields = ("slug", "name", "full_name")


class OptionSerializer(serializers.ModelSerializer[VariantOption]):
    """What tells a variant from the others."""

    attribute = serializers.CharField(source="attribute.name")
    value = serializers.CharField(source="value.value")

    class Meta:
        model = VariantOption
        fields = ("attribute", "value")


class CatalogueVariantSerializer(serializers.ModelSerializer[Variant]):
    """A variant in the shop. Amounts are in the product's currency."""

    options = OptionSerializer(many=True)
    in_stock = serializers.BooleanField()

    class Meta:
        model = Variant
        fields = ("id", "sku", "title", "price", "compare_at_price", "weight_grams", "options", "in_stock")


class CatalogueImageSerializer(serializers.ModelSerializer[ProductImage]):
    """A picture with the addresses of both its sizes."""

    url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()

    class Meta:
        model = ProductImage
        fields = ("url", "thumbnail_url", "width", "height", "alt_text")

    def get_url(self, image: ProductImage) -> str:
        """Return the address of the picture."""
        return reverse("api-catalogue-image", args=[image.pk], request=self.context["request"])

    def get_thumbnail_url(self, image: ProductImage) -> str:
        """Return the address of the small picture."""
        return reverse("api-catalogue-thumbnail", args=[image.pk], request=self.context["request"])


class CatalogueProductSerializer(serializers.ModelSerializer[Product]):
    """A product in the shop."""

    seller = StoreSerializer()
    category = CategoryNameSerializer(allow_null=True)
    currency = serializers.SerializerMethodField()
    prices_include_tax = serializers.SerializerMethodField()
    price_from = serializers.DecimalField(max_digits=12, decimal_places=2)
    variants = CatalogueVariantSerializer(many=True, source="shown_variants")
    images = CatalogueImageSerializer(many=True, source="shown_images")

    class Meta:
        model = Product
        fields = (
            "id",
            "handle",
            "name",
            "brand",
            "seller",
            "category",
            "short_description",
            "description",
            "tags",
            "meta_title",
            "meta_description",
            "currency",
            "prices_include_tax",
            "price_from",
            "variants",
            "images",
        )

    def get_currency(self, product: Product) -> str:
        """Return the currency of all prices."""
        return str(self.context["shop"].base_currency)

    def get_prices_include_tax(self, product: Product) -> bool:
        """Say whether prices are gross."""
        return bool(self.context["shop"].prices_include_tax)


class VariantSerializer(serializers.ModelSerializer[Variant]):
    """A variant for those who keep it. Amounts are in the shop's base currency."""

    options = OptionSerializer(many=True)

    class Meta:
        model = Variant
        fields = (
            "id",
            "sku",
            "barcode",
            "title",
            "price",
            "compare_at_price",
            "cost",
            "weight_grams",
            "unit_code",
            "position",
            "is_active",
            "options",
        )


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product for those who keep it."""

    seller = StoreSerializer()
    category = CategoryNameSerializer(allow_null=True)
    tax_class = serializers.CharField(source="tax_class.code")
    variants = VariantSerializer(many=True)

    class Meta:
        model = Product
        fields = (
            "id",
            "handle",
            "name",
            "status",
            "seller",
            "category",
            "tax_class",
            "brand",
            "short_description",
            "description",
            "tags",
            "meta_title",
            "meta_description",
            "variants",
            "created_at",
            "updated_at",
        )


class StockSerializer(serializers.ModelSerializer[Stock]):
    """How much of a variant lies where."""

    sku = serializers.CharField(source="variant.sku")
    product = serializers.CharField(source="variant.product.name")
    location = serializers.CharField(source="location.code")
    available = serializers.IntegerField()

    class Meta:
        model = Stock
        fields = (
            "id",
            "sku",
            "product",
            "location",
            "on_hand",
            "allocated",
            "available",
            "reorder_point",
            "backorder",
            "updated_at",
        )
