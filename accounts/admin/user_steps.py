"""What can be done with an account besides changing it."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from accounts.services.second_factor import second_factor_has_device, second_factor_reset
from accounts.services.users import user_disable, user_enable
from backoffice.kernel.admin.steps import FormStep


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=200, help_text="Kept in the history.")


class ResetSecondFactorStep(FormStep):
    """For somebody who lost the phone."""

    name = "reset-second-factor"
    label = "Reset second factor"
    permission = "accounts.change_user"
    description = (
        "Phone and recovery codes no longer count; the next log-in sets up new ones. Make sure that it is this person "
        "who asks: until then the password alone lets in."
    )
    form_class = ReasonForm

    def is_offered(self, obj: User) -> bool:
        """Offer it where there is a second factor."""
        return second_factor_has_device(obj)

    def run(self, obj: User, data: dict[str, Any], key: str) -> str:
        """Reset it."""
        second_factor_reset(user=obj, reason=data["reason"])
        return f"{obj} sets up a new second factor at the next log-in."


class DisableStep(FormStep):
    """Close an account."""

    name = "disable"
    label = "Disable account"
    permission = "accounts.change_user"
    description = "The person is logged out everywhere with the next click, and cannot log in any more."
    form_class = ReasonForm

    def is_offered(self, obj: User) -> bool:
        """Offer it while the account is open."""
        return obj.is_active

    def run(self, obj: User, data: dict[str, Any], key: str) -> str:
        """Close it."""
        user_disable(user=obj, reason=data["reason"])
        return f"{obj} can no longer log in."


class EnableStep(FormStep):
    """Open an account again."""

    name = "enable"
    label = "Enable account"
    permission = "accounts.change_user"
    form_class = ReasonForm

    def is_offered(self, obj: User) -> bool:
        """Offer it where somebody was shut out, not erased."""
        return not obj.is_active and obj.erased_at is None

    def run(self, obj: User, data: dict[str, Any], key: str) -> str:
        """Open it."""
        user_enable(user=obj, reason=data["reason"])
        return f"{obj} can log in again."
