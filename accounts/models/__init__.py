"""Models of the accounts app."""

from accounts.models.address import Address
from accounts.models.profile import CustomerProfile, SellerProfile, SellerStatus
from accounts.models.user import User, UserManager, UserType

__all__ = ["Address", "CustomerProfile", "SellerProfile", "SellerStatus", "User", "UserManager", "UserType"]
