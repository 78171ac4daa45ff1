"""The cart of a guest's session or of a customer, and checkout."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_permissions import ShopperPermission
from backoffice.kernel.shop.selectors import shop_settings
from cart.exceptions import CartRefused, CheckoutIncomplete
from cart.models import CartLine
from cart.owners import CartOwner
from cart.selectors import cart_current, cart_lines
from cart.serializers import (
    CartSerializer,
    CheckoutSerializer,
    NewCartLineSerializer,
    QuantitySerializer,
    ReceiptSerializer,
)
from cart.services.carts import cart_for
from cart.services.checkout import CheckoutDetails, cart_checkout
from cart.services.lines import cart_line_add, cart_line_remove, cart_line_set
from cart.sessions import cart_owner
from orders.selectors.on_sale import not_on_sale
from products.models import Variant
from products.selectors.storefront import storefront_products

KEY_HEADER = "Idempotency-Key"
KEY_LENGTH = 200


class ShopperView(APIView):
    """Base of what guests and customers do."""

    permission_classes = [ShopperPermission]

    def cart_answer(self, owner: CartOwner | None, *, code: int = status.HTTP_200_OK) -> Response:
        """Describe the owner's cart."""
        cart = cart_current(owner) if owner is not None else None
        lines = list(cart_lines(cart)) if cart is not None else []
        shop = shop_settings()
        subtotal = sum(
            (line.quantity * line.variant.price for line in lines if not not_on_sale(line.variant)), Decimal("0.00")
        )
        described = {
            "currency": shop.base_currency,
            "prices_include_tax": shop.prices_include_tax,
            "subtotal": subtotal,
            "lines": lines,
        }
        return Response(CartSerializer(described).data, status=code)

    def given(self, serializer: Any) -> dict[str, Any]:
        """Return the checked values of the request's body."""
        checked = serializer(data=self.request.data)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)


@extend_schema(tags=["cart"])
class CartView(ShopperView):
    """The cart."""

    @extend_schema(responses=CartSerializer)
    def get(self, request: Request) -> Response:
        """Show the cart of whoever asks; looking makes none."""
        return self.cart_answer(cart_owner(request))


@extend_schema(tags=["cart"])
class CartLinesView(ShopperView):
    """What lies in the cart."""

    @extend_schema(request=NewCartLineSerializer, responses={201: CartSerializer})
    def post(self, request: Request) -> Response:
        """Put something into the cart, on top of what is there of it."""
        given = self.given(NewCartLineSerializer)
        # What is not in the catalogue does not exist for a shopper.
        on_sale = Variant.objects.filter(product__in=storefront_products().order_by().values("pk"), is_active=True)
        variant = on_sale.filter(pk=given["variant"]).first()
        if variant is None:
            raise ValidationError({"variant": ["There is no such thing in the catalogue."]})
        # The permission has let in guests and customers only, and both have a cart from now on.
        owner = cast("CartOwner", cart_owner(request, begin=True))
        cart_line_add(cart=cart_for(owner), variant=variant, quantity=given["quantity"])
        return self.cart_answer(owner, code=status.HTTP_201_CREATED)


@extend_schema(tags=["cart"])
class CartLineView(ShopperView):
    """One line of the cart."""

    @extend_schema(request=QuantitySerializer, responses=CartSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Change how many pieces the line holds."""
        quantity = self.given(QuantitySerializer)["quantity"]
        owner, line = self._line(request, pk)
        cart_line_set(cart=line.cart, variant=line.variant, quantity=quantity)
        return self.cart_answer(owner)

    @extend_schema(responses=CartSerializer)
    def delete(self, request: Request, pk: int) -> Response:
        """Take the line out of the cart."""
        owner, line = self._line(request, pk)
        cart_line_remove(cart=line.cart, variant=line.variant)
        return self.cart_answer(owner)

    def _line(self, request: Request, pk: int) -> tuple[CartOwner, CartLine]:
        """Return a line of the own cart; the others' do not exist."""
        owner = cart_owner(request)
        if owner is None:
            raise Http404("There is no cart.")
        lines = CartLine.objects.filter(cart=cart_current(owner)).select_related("cart", "variant")
        return owner, get_object_or_404(lines, pk=pk)


@extend_schema(tags=["cart"])
class CheckoutView(ShopperView):
    """Checkout."""

    throttle_scope = "checkout"

    @extend_schema(
        request=CheckoutSerializer,
        parameters=[
            OpenApiParameter(
                KEY_HEADER,
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                required=True,
                description="A name of this wish to order, made up by the caller; sent again, nothing is ordered twice.",
            )
        ],
        responses={
            201: OpenApiResponse(ReceiptSerializer, "The order was placed."),
            200: OpenApiResponse(ReceiptSerializer, "It had been placed before, with this key or from this cart."),
            409: OpenApiResponse(
                OpenApiTypes.OBJECT,
                "Nothing was ordered; `code` tells why: price_changed (with the new total), out_of_stock (with what "
                "is short), not_available, cart_refused, key_used_before.",
            ),
        },
    )
    def post(self, request: Request) -> Response:
        """Order what is in the cart, once."""
        given = self.given(CheckoutSerializer)
        key = request.headers.get(KEY_HEADER, "").strip()
        if not 0 < len(key) <= KEY_LENGTH:
            raise ValidationError({KEY_HEADER: [f"Send this header with 1 to {KEY_LENGTH} characters of your choice."]})
        accepted = given.pop("accepted_total")
        owner = cart_owner(request)
        if owner is None:
            raise CartRefused("The cart is empty.")
        try:
            order, new = cart_checkout(owner=owner, key=key, details=CheckoutDetails(**given), accepted_total=accepted)
        except CheckoutIncomplete as missing:
            raise ValidationError({missing.field: [str(missing)]}) from missing
        return Response(ReceiptSerializer(order).data, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)
