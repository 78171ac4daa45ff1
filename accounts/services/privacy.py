"""Handing over and erasing a person's data (GDPR, articles 15, 17 and 20)."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.forms.models import model_to_dict
from django_otp import devices_for_user

from accounts.events import person_data_collected, person_erased
from accounts.exceptions import ErasureRefused
from accounts.models import Address, CustomerProfile, User, UserType
from backoffice.kernel import clock
from backoffice.kernel.history.context import audit

# Stands in place of what was erased, so that a page still says that something was there.
ERASED = "erased"


def erased_email(user: User) -> str:
    """Return the address that takes the place of an erased person's; it cannot receive mail (RFC 2606)."""
    return f"erased-{user.pk}@erased.invalid"


def person_data(*, user: User) -> dict[str, Any]:
    """Collect what is kept of a person, from this app and every app above.

    Returns:
        Sections of JSON-able rows.
    """
    sections: dict[str, Any] = {
        "account": [model_to_dict(user, fields=["email", "first_name", "last_name", "is_active"])],
        "customer": [model_to_dict(row) for row in CustomerProfile.objects.filter(user=user)],
        "addresses": [row.snapshot() for row in Address.objects.filter(user=user)],
    }
    for _receiver, section in person_data_collected.send(sender=User, user=user):
        sections.update(cast("dict[str, Any]", section))
    return sections


@transaction.atomic
def person_erase(*, user: User, reason: str) -> None:
    """Empty a person's data in the live rows, in their history and, by signal, in the apps above.

    Invoices keep what tax law wants kept; the rows themselves stay, so that orders and books hold.

    Raises:
        ErasureRefused: members of staff and sellers are disabled instead: what they did must stay
            attributable. Somebody already erased is refused too.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.user_type != UserType.CUSTOMER:
        raise ErasureRefused(f"{locked} is not a customer; disable the account instead.")
    if locked.erased_at is not None:
        raise ErasureRefused(f"{locked} was erased on {locked.erased_at:%Y-%m-%d}.")
    with audit(reason=reason):
        person_erased.send(sender=User, user=locked)
        for address in Address.objects.filter(user=locked):
            address.delete()
        profile = CustomerProfile.objects.filter(user=locked).first()
        if profile is not None:
            profile.company = profile.vat_id = profile.phone = profile.note = ""
            profile.accepts_marketing = False
            profile.save()
        locked.email, locked.first_name, locked.last_name = erased_email(locked), ERASED, ""
        locked.is_active, locked.erased_at = False, clock.now()
        locked.set_unusable_password()
        locked.save()
        for device in devices_for_user(locked, confirmed=None):
            device.delete()
    _erase_history(locked)
    user.refresh_from_db()


def _erase_history(user: User) -> None:
    """Blank the personal columns of history rows; who, when and why stay."""
    User.history.filter(id=user.pk).update(email=erased_email(user), first_name=ERASED, last_name="")
    CustomerProfile.history.filter(user_id=user.pk).update(company="", vat_id="", phone="", note="")
    Address.history.filter(user_id=user.pk).update(
        name=ERASED, company="", line1=ERASED, line2="", postcode="", city=ERASED, region="", phone=""
    )
