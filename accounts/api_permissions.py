"""Who may call what: the roles manifest, the second factor, shoppers.

The framework reads this module while it loads its own views, so nothing here may import those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import UserType
from accounts.services.second_factor import second_factor_missing
from backoffice.kernel.scope.rules import Audience, audience_of

if TYPE_CHECKING:
    from backoffice.kernel.api.views import ScopedReadViewSet


class SecondFactorMissing(PermissionDenied):
    """The password was right, the one-time code has not been given."""

    default_detail = "Confirm this log-in with your one-time code first."
    default_code = "second_factor_missing"


def refuse_unconfirmed(request: Request) -> None:
    """Keep out log-ins that still have to be confirmed, as the back office does.

    Raises:
        SecondFactorMissing: the one-time code has not been given.
    """
    if second_factor_missing(request.user):
        raise SecondFactorMissing


class ManifestPermission(BasePermission):
    """Staff and sellers as the roles manifest says, customers where the view has a face for them.

    Reading needs the view permission of the model, any other action the permission that the view
    names for it. What a view does not say is refused.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the request's user may do this at all; which rows is the row scope's business.

        Raises:
            SecondFactorMissing: the log-in is not confirmed.
        """
        user = request.user
        if not user.is_authenticated:
            return False
        refuse_unconfirmed(request)
        audience, _ = audience_of(user)
        if audience not in getattr(view, "faces", ()):
            return False
        if getattr(view, "action", "") is None:
            # There is nothing to be done with this method; the framework says so.
            return True
        if audience is Audience.CUSTOMER:
            return request.method in SAFE_METHODS
        needed = self.needed(request, view)
        return bool(user.is_staff and needed and user.has_perm(needed))

    def needed(self, request: Request, view: ScopedReadViewSet) -> str:
        """Return the permission that a request needs, or "" where nobody may do it."""
        if request.method in SAFE_METHODS:
            options = view.model._meta
            return f"{options.app_label}.view_{options.model_name}"
        return view.action_permissions.get(view.action or "", "")


class ShopperPermission(BasePermission):
    """Guests and customers: staff and sellers have no cart."""

    message = "Carts are for customers. Staff enter orders in the back office."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the request comes from somebody who shops.

        Raises:
            SecondFactorMissing: the log-in is not confirmed.
        """
        if not request.user.is_authenticated:
            return True
        refuse_unconfirmed(request)
        return bool(request.user.user_type == UserType.CUSTOMER)
