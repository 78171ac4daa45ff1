"""People and files for the tests of the pages of uploads."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import SellerUserFactory, StaffFactory
from backoffice.kernel.transfers.models import Upload

HEADINGS = "handle,sku,name,price"
CUPS = f"{HEADINGS}\ncup,CUP-1,Cup,9.50\nmug,MUG-1,Mug,12.00\n"
# Two rows that can be used, and two that cannot.
WRONG = f"{HEADINGS},note\ncup,CUP-1,Cup,9.50,a\nmug,MUG-1,Mug,cheap,b\ncan,CAN-1,Can,3.00,c\njug,JUG-1,Jug,,d\n"
LIST = "/admin/kernel/upload/"


def member(role: str) -> User:
    """Return somebody with a role of the manifest."""
    call_command("setup_reference_data", verbosity=0)
    user = SellerUserFactory() if role == "Seller" else StaffFactory()
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


def address(upload: Upload, step: str = "change") -> str:
    """Return the address of an upload's page or of one of its steps."""
    return reverse(f"admin:kernel_upload_{step}", args=[upload.pk])


def send(client: Any, content: str | bytes, *, name: str = "goods.csv", kind: str = "products", **data: Any) -> Any:
    """Send a file by the form of the page."""
    body = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, body)
    fields = {"kind": kind, "mode": "upsert", "on_error": "stop", **data, "file": file}
    return client.post(f"{LIST}add/?kind={kind}", fields)


def sent(client: Any, content: str | bytes, **kwargs: Any) -> Upload:
    """Send a file and return its upload."""
    response = send(client, content, **kwargs)
    assert response.status_code == 302, response.context["form"].errors
    return Upload.objects.latest("pk")


def said(response: Any) -> list[str]:
    """Return the messages that a step leaves."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def page(client: Any, upload: Upload, **query: str) -> Any:
    """Open an upload's page."""
    response = client.get(address(upload), query)
    assert response.status_code == 200
    return response


def whole(response: Any) -> bytes:
    """Return what a download holds."""
    assert response.status_code == 200
    return b"".join(response.streaming_content)
