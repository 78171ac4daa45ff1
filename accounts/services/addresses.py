"""Addresses of customers."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Address

_DEFAULTS = ("is_default_billing", "is_default_shipping")


@transaction.atomic
def address_save(*, address: Address) -> Address:
    """Save an address; where it becomes a default, the one that was it before no longer is.

    Args:
        address: the address, validated.
    """
    for flag in _DEFAULTS:
        if not getattr(address, flag):
            continue
        others = Address.objects.select_for_update(of=("self",)).filter(user=address.user_id, **{flag: True})
        for other in others.exclude(pk=address.pk).order_by("pk"):
            setattr(other, flag, False)
            other.save(update_fields=[flag, "updated_at"])
    address.save()
    return address
