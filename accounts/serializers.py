"""People as the API shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Address, User
from accounts.validators import validate_country


class PersonSerializer(serializers.ModelSerializer[User]):
    """Who is logged in."""

    roles = serializers.SlugRelatedField[Any](source="groups", slug_field="name", many=True, read_only=True)
    store = serializers.CharField(source="seller.code", default=None, allow_null=True)

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "user_type", "store", "roles")


class SessionSerializer(serializers.Serializer[Any]):
    """The session of whoever asks."""

    user = PersonSerializer(allow_null=True)
    second_factor_needed = serializers.BooleanField(
        help_text="The log-in opens nothing until it is confirmed with a one-time code."
    )
    csrf_token = serializers.CharField(help_text="For the header X-CSRFToken of requests that change something.")


class LogInSerializer(serializers.Serializer[Any]):
    """A log-in."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False, style={"input_type": "password"})


class OneTimeCodeSerializer(serializers.Serializer[Any]):
    """A code from the phone, or a recovery code."""

    code = serializers.CharField(min_length=6, max_length=16)


class AddressSerializer(serializers.ModelSerializer[Address]):
    """A postal address as an order keeps it."""

    country = serializers.CharField(max_length=2, validators=[validate_country], help_text="ISO 3166-1, such as DE.")

    class Meta:
        model = Address
        fields = ("name", "company", "line1", "line2", "postcode", "city", "region", "country", "phone")

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Return every line of the address, empty where it was not given."""
        given: dict[str, str] = super().to_internal_value(data)
        return {name: given.get(name, "") for name in self.Meta.fields}


@extend_schema_field(AddressSerializer)
class AddressSnapshotField(serializers.Field[Any, Any, Any, Any]):
    """The copy of an address that a document keeps; lines that it lacks are empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: dict[str, str]) -> dict[str, str]:
        """Return the lines that an address has, and nothing else that the copy may hold."""
        return {name: value.get(name, "") for name in AddressSerializer.Meta.fields}


class CustomerNameSerializer(serializers.ModelSerializer[User]):
    """A customer as an order names them."""

    name = serializers.CharField(source="get_full_name")

    class Meta:
        model = User
        fields = ("id", "email", "name")
