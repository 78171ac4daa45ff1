"""The addresses of the API, under /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from accounts.api import SecondFactorApiView, SessionView
from backoffice.kernel.api.uploads import UploadViewSet
from cart.api import CartLinesView, CartLineView, CartView, CheckoutView
from finance.api import PaymentViewSet
from invoices.api import InvoiceViewSet
from orders.api import OrderLineViewSet, OrderViewSet
from products.api import (
    CatalogueCategoryViewSet,
    CatalogueImageView,
    CatalogueProductViewSet,
    ProductViewSet,
    StockViewSet,
)

router = SimpleRouter()
router.register("catalogue/products", CatalogueProductViewSet, basename="api-catalogue-product")
router.register("catalogue/categories", CatalogueCategoryViewSet, basename="api-catalogue-category")
router.register("products", ProductViewSet, basename="api-product")
router.register("stock", StockViewSet, basename="api-stock")
router.register("orders", OrderViewSet, basename="api-order")
router.register("order-lines", OrderLineViewSet, basename="api-order-line")
router.register("payments", PaymentViewSet, basename="api-payment")
router.register("invoices", InvoiceViewSet, basename="api-invoice")
router.register("uploads", UploadViewSet, basename="api-upload")

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    path("session/", SessionView.as_view(), name="api-session"),
    path("session/second-factor/", SecondFactorApiView.as_view(), name="api-second-factor"),
    path("catalogue/images/<int:pk>/", CatalogueImageView.as_view(), name="api-catalogue-image"),
    path(
        "catalogue/images/<int:pk>/thumbnail/", CatalogueImageView.as_view(small=True), name="api-catalogue-thumbnail"
    ),
    path("cart/", CartView.as_view(), name="api-cart"),
    path("cart/lines/", CartLinesView.as_view(), name="api-cart-lines"),
    path("cart/lines/<int:pk>/", CartLineView.as_view(), name="api-cart-line"),
    path("cart/checkout/", CheckoutView.as_view(), name="api-checkout"),
    path("", include(router.urls)),
]
