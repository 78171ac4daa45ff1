"""The log-in of a person."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from backoffice.kernel.history.models import TimestampedModel
from backoffice.kernel.history.records import BusinessRecords
from backoffice.kernel.scope.rules import Audience


class UserType(models.TextChoices):
    """On which side of the counter a user stands."""

    CUSTOMER = "customer", "Customer"
    SELLER = "seller", "Seller"
    STAFF = "staff", "Staff"


class UserManager(BaseUserManager["User"]):
    """Users by email; addresses differ in more than case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by email, whatever the case it is written in."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user; without a password the account cannot log in.

        Raises:
            ValueError: no email was given.
        """
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=self.normalize_email(email).strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a member of staff with every permission."""
        return self.create_user(
            email, password, **{**fields, "user_type": UserType.STAFF, "is_staff": True, "is_superuser": True}
        )


class User(AbstractBaseUser, PermissionsMixin, TimestampedModel):
    """A person or program that logs in by email.

    Users are never deleted: what they did names them. An account is disabled, or erased, which
    empties its personal data and keeps the row.
    """

    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    user_type = models.CharField(max_length=10, choices=UserType.choices, default=UserType.CUSTOMER, db_index=True)
    seller = models.ForeignKey(
        "accounts.SellerProfile",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="users",
        help_text="The store that a seller's log-in works for.",
    )
    is_active = models.BooleanField("active", default=True)
    is_staff = models.BooleanField("may open the back office", default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    history: Any = BusinessRecords(excluded_fields=["password", "last_login"])

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_case_insensitive"),
            models.CheckConstraint(
                condition=models.Q(seller__isnull=True) | models.Q(user_type="seller"),
                name="accounts_user_only_sellers_have_store",
            ),
            models.CheckConstraint(
                condition=models.Q(is_superuser=False) | models.Q(user_type="staff"),
                name="accounts_user_superuser_is_staff",
            ),
            models.CheckConstraint(
                condition=models.Q(is_staff=False) | ~models.Q(user_type="customer"),
                name="accounts_user_customers_stay_out",
            ),
        ]
        permissions = [
            ("erase_user", "Can erase a person's data"),
            ("export_personal_data", "Can export a person's data"),
        ]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """Return first and last name, or the email where neither is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        """Return the first name, or the email."""
        return self.first_name or self.email

    def scope_audience(self) -> tuple[Audience, int | None]:
        """Tell the row scope on which side this user stands, and the key that its rows lead to."""
        if self.is_superuser or self.user_type == UserType.STAFF:
            return Audience.HOUSE, None
        if self.user_type == UserType.SELLER:
            return Audience.SELLER, self.seller_id
        return Audience.CUSTOMER, self.pk
