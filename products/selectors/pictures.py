"""Who may open the pictures of products."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.scope.rules import Audience, audience_of, visible
from products.models import ProductImage
from products.states import ProductStatus


def may_open_picture(user: Any, file: StoredFile) -> bool:
    """Say whether a user may open a stored picture.

    People of the back office open those of products that they may see, customers those of products
    that are on sale.
    """
    images = ProductImage.objects.filter(Q(file=file) | Q(thumbnail=file))
    if audience_of(user)[0] is Audience.CUSTOMER:
        images = images.filter(product__status=ProductStatus.ACTIVE)
    elif not user.has_perm("products.view_productimage"):
        return False
    return visible(images, user).exists()
