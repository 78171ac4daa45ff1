"""Pictures of products: checked, written anew, kept once per product."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from django.db import IntegrityError, transaction
from django.db.models import Max

from backoffice.kernel.documents.errors import ImageRefused
from backoffice.kernel.documents.images import SanitisedImage, sanitise_image, thumbnail
from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.services import file_store
from backoffice.kernel.history.bulk import bulk_update
from products.exceptions import CatalogueRefused
from products.models import Product, ProductImage, Variant
from products.services.news import tell_catalogue_changed

# What the pictures' files are, for the rule of who may see them.
PURPOSE = "product_image"
THUMBNAIL_BOX = (240, 240)
MOST_IMAGES = 100
_TYPES = {"PNG": ("image/png", ".png"), "JPEG": ("image/jpeg", ".jpg")}


def image_check(*, content: bytes, name: str) -> SanitisedImage:
    """Check a picture and write it anew.

    Args:
        content: the file as uploaded.
        name: its name, for the message.

    Raises:
        CatalogueRefused: a bomb, another format, a damaged file; field ``pictures``.
    """
    try:
        return sanitise_image(content)
    except ImageRefused as refusal:
        raise CatalogueRefused(f"{name}: {refusal}.", field="pictures") from None


def image_add(
    *,
    product: Product,
    content: bytes,
    name: str,
    alt_text: str = "",
    variant: Variant | None = None,
    checked: SanitisedImage | None = None,
) -> tuple[ProductImage, bool]:
    """Add a picture behind the others of a product; the same picture is kept once.

    Args:
        product: a saved product.
        content: the file as uploaded; a PNG or JPEG.
        name: its name, offered at download.
        alt_text: what is to be seen, for those who do not see it.
        variant: the variant that it shows, one of the product's.
        checked: what ``image_check`` returned for the content, where it was asked before.

    Returns:
        The picture, and whether it is new.

    Raises:
        CatalogueRefused: the file is no acceptable picture, the product has too many, or the
            variant is another product's.
    """
    if variant is not None and variant.product_id != product.pk:
        raise CatalogueRefused("The variant belongs to another product.", field="variant")
    picture = checked or image_check(content=content, name=name)
    known = ProductImage.objects.filter(product=product, digest=picture.sha256).first()
    if known is not None:
        return known, False
    if product.images.count() >= MOST_IMAGES:
        raise CatalogueRefused(f"A product can have {MOST_IMAGES} pictures.", field="pictures")
    small = thumbnail(picture.bytes, THUMBNAIL_BOX)
    try:
        with transaction.atomic():
            last = product.images.aggregate(last=Max("position"))["last"]
            image = ProductImage.objects.create(
                product=product,
                variant=variant,
                file=picture_store(picture, name),
                thumbnail=picture_store(small, f"small-{name}"),
                digest=picture.sha256,
                width=picture.width,
                height=picture.height,
                alt_text=alt_text.strip()[:255],
                position=0 if last is None else last + 1,
            )
            tell_catalogue_changed(product_ids=[product.pk])
    except IntegrityError:  # the same picture was added at the same time
        return ProductImage.objects.get(product=product, digest=picture.sha256), False
    return image, True


def image_reorder(*, product: Product, image_ids: Sequence[int]) -> None:
    """Put the pictures of a product in an order.

    Args:
        product: the product.
        image_ids: primary keys in the new order; pictures that are not named follow in their old order.

    Raises:
        CatalogueRefused: a key is not one of the product's pictures.
    """
    with transaction.atomic():
        present = list(product.images.select_for_update().order_by("position", "pk"))
        if set(image_ids) - {image.pk for image in present}:
            raise CatalogueRefused("One of the pictures belongs to another product.", field="pictures")
        ranks = {pk: rank for rank, pk in enumerate(image_ids)}
        present.sort(key=lambda image: ranks.get(image.pk, len(ranks)))
        moved = [(image.pk, position) for position, image in enumerate(present) if image.position != position]
        bulk_update(ProductImage, ["position"], moved)
        if moved:
            tell_catalogue_changed(product_ids=[product.pk])


def image_change(*, image: ProductImage) -> ProductImage:
    """Save a picture's description and variant.

    Raises:
        CatalogueRefused: the variant is another product's.
    """
    if image.variant is not None and image.variant.product_id != image.product_id:
        raise CatalogueRefused("The variant belongs to another product.", field="variant")
    with transaction.atomic():
        # History copies the whole row: its place must be the true one, not that of a form.
        stored = ProductImage.objects.select_for_update(of=("self",)).get(pk=image.pk)
        stored.alt_text, stored.variant = image.alt_text, image.variant
        stored.save(update_fields=["alt_text", "variant", "updated_at"])
        tell_catalogue_changed(product_ids=[image.product_id])
    return stored


def image_remove(*, image: ProductImage) -> None:
    """Take a picture off its product. Its files stay, for the history and for taking this back."""
    product_id = image.product_id
    with transaction.atomic():
        image.delete()
        tell_catalogue_changed(product_ids=[product_id])


def picture_store(picture: SanitisedImage, name: str) -> StoredFile:
    """Keep a checked picture under its name, with the ending of what it is.

    Args:
        picture: what ``image_check`` or ``thumbnail`` returned.
        name: its name. Files separate names by bars, so that a stored one holds none.
    """
    content_type, suffix = _TYPES[picture.format]
    return file_store(
        content=picture.bytes,
        name=PurePath(name.replace("\\", "/").replace("|", "-")).stem[:200] + suffix,
        content_type=content_type,
        purpose=PURPOSE,
    )
