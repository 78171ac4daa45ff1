"""The admin of the accounts app."""

from accounts.admin.address import AddressAdmin
from accounts.admin.customer import CustomerProfileAdmin
from accounts.admin.group import GroupAdmin
from accounts.admin.seller import SellerProfileAdmin
from accounts.admin.user import UserAdmin

__all__ = ["AddressAdmin", "CustomerProfileAdmin", "GroupAdmin", "SellerProfileAdmin", "UserAdmin"]
