"""The second factor of a log-in: a one-time code from a phone, or a recovery code (RFC 6238)."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django_otp import match_token, user_has_device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.exceptions import PersonRefused
from accounts.models import User
from backoffice.kernel.history.context import audit
from backoffice.kernel.shop.selectors import shop_settings

RECOVERY_CODES = 10
PHONE = "phone"
RECOVERY = "recovery codes"


def second_factor_missing(user: Any) -> bool:
    """Say whether this log-in still has to be confirmed before it opens the back office.

    Who has set up a second factor always confirms; who has none must set one up where the shop
    demands it.
    """
    # Who has logged in with this very request has not met the middleware that adds is_verified.
    is_verified = getattr(user, "is_verified", None)
    if not user.is_authenticated or (is_verified is not None and is_verified()):
        return False
    return bool(user_has_device(user)) or (user.is_staff and shop_settings().require_second_factor)


def second_factor_has_device(user: User) -> bool:
    """Say whether the user has set up a second factor."""
    return bool(user_has_device(user))


def second_factor_begin(*, user: User) -> TOTPDevice:
    """Return the phone that the user is setting up; it counts once its first code was right."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, name=PHONE, confirmed=False)
    return device


@transaction.atomic
def second_factor_confirm(*, user: User, code: str) -> list[str] | None:
    """Take a phone into use if the code is right, and make recovery codes.

    Returns:
        The recovery codes, which are shown once, or None where the code is wrong.
    """
    device = TOTPDevice.objects.select_for_update().filter(user=user, name=PHONE, confirmed=False).first()
    if device is None or not device.verify_token(code.replace(" ", "")):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    StaticDevice.objects.filter(user=user).delete()
    recovery = StaticDevice.objects.create(user=user, name=RECOVERY)
    codes = [secrets.token_hex(4) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=recovery, token=code) for code in codes)
    return codes


def second_factor_verify(*, user: User, code: str) -> Any:
    """Return the device that accepts the code, or None; wrong codes slow further tries down."""
    with transaction.atomic():
        return match_token(user, code.replace(" ", ""))


@transaction.atomic
def second_factor_reset(*, user: User, reason: str) -> None:
    """Remove a user's second factor, for somebody who lost the phone; the next log-in sets up a new one.

    Args:
        user: whose phone and recovery codes no longer count.
        reason: why, for the history.

    Raises:
        PersonRefused: there is none.
    """
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    removed = [
        *TOTPDevice.objects.filter(user=locked).delete()[1].values(),
        *StaticDevice.objects.filter(user=locked).delete()[1].values(),
    ]
    if not sum(removed):
        raise PersonRefused(f"{locked} has no second factor.")
    with audit(reason=f"Second factor removed: {reason}"):
        locked.save(update_fields=["updated_at"])
    user.refresh_from_db()
