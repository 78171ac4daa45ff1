"""The form of a user."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.models import Group

from accounts.models import User, UserType
from accounts.permissions import SELLER
from accounts.selectors import has_worked
from accounts.services.access import roles_grantable

_HAS_WORKED = (
    "This log-in has uploads, exports or jobs from before, which the whole store would see. "
    "Disable it, and add another one for the store."
)


class UserForm(forms.ModelForm[User]):
    """A user with roles and, where wanted, a new password.

    Attributes:
        actor: who fills it in; set by the page. Only roles that this person may give can be chosen.
    """

    actor: Any = None

    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
        help_text="Leave empty to keep the old one. At least twelve characters. Ends the person's sessions.",
    )
    roles = forms.ModelMultipleChoiceField(Group.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "user_type", "seller", "is_staff")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "roles" in self.fields:
            field: Any = self.fields["roles"]
            field.queryset = roles_grantable(by=self.actor)
            if self.instance.pk:
                field.initial = self.instance.groups.all()

    def clean_email(self) -> str:
        """Store emails in lower case, each once."""
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Somebody with this email is there already.")
        return email

    def clean_new_password(self) -> str:
        """Hold a new password against the rules, the person's new name and email included."""
        password: str = self.cleaned_data["new_password"]
        if password:
            person = User(**{name: self.cleaned_data.get(name, "") for name in ("email", "first_name", "last_name")})
            password_validation.validate_password(password, person)
        return password

    def clean(self) -> dict[str, Any]:
        """Check what only holds for the user as a whole."""
        data = super().clean() or {}
        kind = data.get("user_type", self.instance.user_type)
        seller = data.get("seller", self.instance.seller)
        roles = data.get("roles") or ()
        if kind == UserType.SELLER and not seller:
            self._refuse("seller", "Choose the store that this seller works for.")
        if kind != UserType.SELLER and seller:
            self._refuse("seller", "Only sellers work for a store; choose none, or make this a seller.")
        if seller and self.instance.pk and seller != self.instance.seller and has_worked(self.instance):
            self._refuse("seller", _HAS_WORKED)
        if kind == UserType.CUSTOMER and data.get("is_staff"):
            self._refuse("is_staff", "Customers cannot open the back office.")
        if kind == UserType.CUSTOMER and roles:
            self._refuse("roles", "Customers have no roles.")
        if kind == UserType.SELLER and any(role.name != SELLER.name for role in roles):
            self._refuse("roles", f"A seller may only have the role {SELLER.name}: other roles see every store's rows.")
        if kind == UserType.STAFF and any(role.name == SELLER.name for role in roles):
            self._refuse("roles", f"The role {SELLER.name} is for sellers; staff would see every store's rows with it.")
        return data

    def _refuse(self, field: str, message: str) -> None:
        self.add_error(field if field in self.fields else None, message)
