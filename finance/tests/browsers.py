"""Browsers in which people of a role are logged in."""

from django.contrib.auth.models import Group
from django.test import Client

from accounts.tests.factories import SellerUserFactory, StaffFactory


def browser_of(role: str) -> Client:
    """Return a browser of somebody with one role, for example Finance or Auditor; Seller is a seller's."""
    user = SellerUserFactory() if role == "Seller" else StaffFactory()
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    client.user = user
    return client
