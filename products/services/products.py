"""Making, changing and publishing products."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from backoffice.kernel.states.locked import apply_transition_locked
from backoffice.kernel.states.machine import apply_transition
from products.models import Product
from products.services.descriptions import description_clean
from products.services.news import tell_catalogue_changed
from products.states import PRODUCT_MACHINE, ProductStatus

_HANDLE_LENGTH: int = 200


def product_save(*, product: Product) -> Product:
    """Check and save a product, new or changed.

    The description is cleaned (``description_clean``), surrounding blanks go, and a product without
    a handle gets one from its name, numbered where the seller has that handle already. The status
    of a new product is draft; of an old one it is not touched: ``product_publish`` and its like change it.

    Args:
        product: the product with its new values.

    Raises:
        ValidationError: a value is not acceptable, or the seller uses the handle for another
            product; per field, in plain words. Nothing was changed.
    """
    for name in ("name", "handle", "brand", "short_description", "tags", "meta_title", "meta_description"):
        setattr(product, name, getattr(product, name).strip())
    product.description = description_clean(product.description)
    with transaction.atomic():
        # History copies the whole row: the status on it must be the true one, whatever the form was made from.
        locked = Product.objects.select_for_update(of=("self",)).filter(pk=product.pk).first() if product.pk else None
        product.status = locked.status if locked is not None else ProductStatus.DRAFT
        if not product.handle:
            product.handle = handle_for(seller_id=product.seller_id, name=product.name, leave_out=product.pk)
        _refuse_used_handle(product)
        product.full_clean()
        try:
            with transaction.atomic():
                product.save(update_fields=_columns_but_status(product) if product.pk else None)
        except IntegrityError:  # somebody took the handle between the check and the write
            _refuse_used_handle(product)
            raise
        tell_catalogue_changed(product_ids=[product.pk])
    return product


def product_publish(*, product: Product, reason: str = "") -> Product:
    """Put a product on sale.

    Raises:
        TransitionRefused: it is on sale already, or has no variant that could be sold.
    """
    return _product_transition(product, "publish", reason)


def product_archive(*, product: Product, reason: str = "") -> Product:
    """Take a product off sale for good; it stays for the orders that name it.

    Raises:
        TransitionRefused: it is archived already.
    """
    return _product_transition(product, "archive", reason)


def product_withdraw(*, product: Product, reason: str = "") -> Product:
    """Take a product off sale to work on it.

    Raises:
        TransitionRefused: it is not on sale.
    """
    return _product_transition(product, "withdraw", reason)


def products_publish(*, product_ids: Collection[int], reason: str = "") -> None:
    """Put many products on sale, all or none, in a number of statements that does not grow with them.

    Args:
        product_ids: primary keys.
        reason: for the history.

    Raises:
        TransitionRefused: one of them is on sale already, or has no variant that could be sold.
    """
    _products_transition(product_ids, "publish", reason)


def products_archive(*, product_ids: Collection[int], reason: str = "") -> None:
    """Take many products off sale for good, all or none; see ``product_archive``."""
    _products_transition(product_ids, "archive", reason)


def product_delete(*, product: Product) -> None:
    """Delete a product that has neither variants nor pictures.

    Raises:
        ProtectedError: it has some; archive it instead.
    """
    pk = product.pk
    with transaction.atomic():
        product.delete()
        tell_catalogue_changed(product_ids=[pk])


def handle_for(*, seller_id: int | None, name: str, leave_out: int | None = None) -> str:
    """Return a free handle made from a name: “Blue Mug” becomes blue-mug, then blue-mug-2.

    Args:
        seller_id: primary key of the seller, within whose products handles are unique.
        name: the product's name; letters of any script are kept.
        leave_out: primary key of the product that the handle is for.
    """
    base = slugify(name, allow_unicode=True)[: _HANDLE_LENGTH - 10].strip("-") or "product"
    alike = Product.objects.filter(seller_id=seller_id, handle__startswith=base)
    taken = {handle for pk, handle in alike.values_list("pk", "handle") if pk != leave_out}
    handle, number = base, 1
    while handle in taken:
        number += 1
        handle = f"{base}-{number}"
    return handle


def _product_transition(product: Product, name: str, reason: str) -> Product:
    with transaction.atomic():
        apply_transition(product, PRODUCT_MACHINE, name, reason=reason)
        tell_catalogue_changed(product_ids=[product.pk])
    return product


def _products_transition(product_ids: Collection[int], name: str, reason: str) -> None:
    with transaction.atomic():
        rows = Product.objects.select_for_update(of=("self",)).filter(pk__in=product_ids).order_by("pk")
        products = list(rows.prefetch_related("variants"))
        apply_transition_locked(products, PRODUCT_MACHINE, name, reason=reason)
        tell_catalogue_changed(product_ids=[product.pk for product in products])


def handle_refusal(*, seller_id: int | None, handle: str, leave_out: int | None = None) -> str:
    """Return why a seller cannot use a handle, in plain words, or an empty string.

    Args:
        seller_id: primary key of the seller.
        handle: the handle that is wanted.
        leave_out: primary key of the product that the handle is for.
    """
    for pk, name in Product.objects.filter(seller_id=seller_id, handle=handle).values_list("pk", "name"):
        if pk != leave_out:
            return f"The handle “{handle}” is already used for “{name}”. Choose another."
    return ""


def _refuse_used_handle(product: Product) -> None:
    refusal = handle_refusal(seller_id=product.seller_id, handle=product.handle, leave_out=product.pk)
    if refusal:
        raise ValidationError({"handle": refusal})


def _columns_but_status(product: Product) -> list[str]:
    return [
        field.attname for field in product._meta.concrete_fields if not field.primary_key and field.name != "status"
    ]
