"""Made-up people and parties for tests."""

from __future__ import annotations

import factory

from accounts.models import Address, CustomerProfile, SellerProfile, SellerStatus, User, UserType


class SellerFactory(factory.django.DjangoModelFactory):
    """An active seller."""

    class Meta:
        model = SellerProfile
        skip_postgeneration_save = True

    store_name = factory.Sequence(lambda n: f"Store {n}")
    code = factory.Sequence(lambda n: f"store-{n}")
    status = SellerStatus.ACTIVE
    commission_percent = "10.00"


class UserFactory(factory.django.DjangoModelFactory):
    """A customer's log-in; the password is “correct horse”."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    first_name = "Kim"
    last_name = factory.Sequence(lambda n: f"Example {n}")
    user_type = UserType.CUSTOMER
    password = factory.django.Password("correct horse")


class StaffFactory(UserFactory):
    """A member of staff without any permission."""

    email = factory.Sequence(lambda n: f"staff{n}@example.com")
    user_type = UserType.STAFF
    is_staff = True


class SuperuserFactory(StaffFactory):
    """A member of staff with every permission."""

    is_superuser = True


class SellerUserFactory(UserFactory):
    """A seller's log-in."""

    email = factory.Sequence(lambda n: f"seller{n}@example.com")
    user_type = UserType.SELLER
    is_staff = True
    seller = factory.SubFactory(SellerFactory)


class CustomerProfileFactory(factory.django.DjangoModelFactory):
    """A customer with a log-in."""

    class Meta:
        model = CustomerProfile

    user = factory.SubFactory(UserFactory)
    language = "en"


class AddressFactory(factory.django.DjangoModelFactory):
    """A German address."""

    class Meta:
        model = Address

    user = factory.SubFactory(UserFactory)
    name = "Kim Example"
    line1 = "Musterweg 1"
    postcode = "01067"
    city = "Dresden"
    country = "DE"
