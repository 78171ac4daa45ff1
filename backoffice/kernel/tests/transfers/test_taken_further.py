"""An upload that a colleague takes further: history names who did it, and nobody does by it what they may not do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.tests.admin_pages.upload_pages import address, member, page, said, sent
from backoffice.kernel.tests.transfers.uploading import planned
from backoffice.kernel.transfers.services import UploadRefused, upload_apply, upload_approve
from backoffice.tests.api.world import client_of
from products.models import Product, Stock, StockMovement, Variant

pytestmark = pytest.mark.django_db

CUPS = "handle,sku,name,price\ncup,CUP-1,Cup,9.50\nmug,MUG-1,Mug,12.00\n"
STOCKED = "handle,sku,name,price,stock\ncup,CUP-1,Cup,9.50,7\n"


@pytest.fixture
def lead(shop):
    return member("Operations lead")


@pytest.fixture
def editor(shop):
    return member("Catalogue editor")


def test_history_names_who_applied_it_not_who_sent_the_file(client, lead, editor):
    upload = planned(CUPS, owner=lead)
    client.force_login(editor)

    client.post(address(upload, "apply"))

    upload.refresh_from_db()
    assert (upload.state, upload.owner, upload.apply_job.owner) == ("applied", lead, editor)
    assert set(Product.history.values_list("history_user", flat=True)) == {editor.pk}
    assert f"Applied by {editor}" in page(client, upload).content.decode()


def test_the_same_through_the_api(lead, editor):
    upload = planned(CUPS, owner=lead)

    assert client_of(editor).post(reverse("api-upload-apply", args=[upload.pk])).status_code == 200

    assert set(Variant.history.values_list("history_user", flat=True)) == {editor.pk}


def test_ones_own_upload_says_who_once(client, editor):
    client.force_login(editor)
    upload = sent(client, CUPS)

    client.post(address(upload, "apply"))

    assert "Applied by" not in page(client, upload).content.decode()


def test_a_plan_is_applied_only_by_who_might_have_made_it(client, lead, editor):
    upload = planned(STOCKED, owner=lead)
    client.force_login(editor)

    response = client.post(address(upload, "apply"))

    reason = "It does what you may not do: move stock. Somebody else has to apply it."
    assert said(response) == [reason]
    answer = client_of(editor).post(reverse("api-upload-apply", args=[upload.pk]))
    assert (answer.status_code, answer.json()["detail"]) == (409, reason)
    upload.refresh_from_db()
    assert (upload.state, Product.objects.count(), StockMovement.objects.count()) == ("planned", 0, 0)
    upload_apply(upload=upload, user=lead)
    assert Stock.objects.get().on_hand == 7


def test_a_right_that_was_taken_away_since_the_preview_is_gone(lead):
    upload = planned(STOCKED, owner=lead)
    lead.groups.clear()
    lead = type(lead).objects.get(pk=lead.pk)

    with pytest.raises(UploadRefused, match="move stock"):
        upload_apply(upload=upload, user=lead)

    assert not Product.objects.exists()


def test_nor_undone_by_who_may_not_do_it(client, lead, editor):
    upload = planned(STOCKED, owner=lead)
    upload_apply(upload=upload, user=lead)
    client.force_login(editor)

    response = client.post(address(upload, "undo"))

    reason = "It does what you may not do: move stock. Somebody else has to undo it."
    assert said(response) == [reason]
    answer = client_of(editor).post(reverse("api-upload-undo", args=[upload.pk]))
    assert (answer.status_code, answer.json()["detail"]) == (409, reason)
    upload.refresh_from_db()
    assert (upload.state, Stock.objects.get().on_hand) == ("applied", 7)


def test_who_asked_for_the_approval_does_not_give_it(client, lead, editor):
    """Somebody else's file, mapped anew and asked for, would need no second person at all."""
    ShopSettings.objects.update_or_create(pk=1, defaults={"approval_rows": 1, "require_second_factor": False})
    upload = planned(CUPS, owner=editor)
    client.force_login(lead)
    client.post(address(upload, "apply"))
    upload.refresh_from_db()
    assert (upload.state, upload.asked_by) == ("awaiting_approval", lead)

    response = client.post(address(upload, "approve"))

    assert said(response) == ["Somebody else has to approve it."]
    assert not Product.objects.exists()
    assert "Approve" not in page(client, upload).content.decode()
    approver = member("Administrator")
    client.force_login(approver)
    assert page(client, upload).context["told"][0] == f"{lead} wants it applied."
    upload_approve(upload=upload, approver=approver)
    upload.refresh_from_db()
    assert (upload.state, upload.approver, upload.apply_job.owner) == ("applied", approver, lead)
    assert set(Product.history.values_list("history_user", flat=True)) == {lead.pk}


def test_the_command_names_its_user(tmp_path, editor):
    (tmp_path / "cups.csv").write_text(CUPS)

    call_command("import_file", "products", str(tmp_path / "cups.csv"), apply=True, user=editor.email, verbosity=0)

    assert set(Product.history.values_list("history_user", flat=True)) == {editor.pk}


@pytest.mark.parametrize("change", ["disabled", "another role"])
def test_who_may_no_longer_do_it_does_not_do_it_by_somebody_elses_approval(client, lead, editor, change):
    ShopSettings.objects.update_or_create(pk=1, defaults={"approval_rows": 1, "require_second_factor": False})
    upload = upload_apply(upload=planned(CUPS, owner=editor), user=editor)
    assert upload.state == "awaiting_approval"
    if change == "disabled":
        type(editor).objects.filter(pk=editor.pk).update(is_active=False)
    else:
        editor.groups.set([Group.objects.get(name="Auditor")])
    client.force_login(lead)

    response = client.post(address(upload, "approve"))

    assert said(response) == [
        f"{editor}, who wants it applied, may not do it any more. Discard it, and let somebody else upload the file."
    ]
    upload.refresh_from_db()
    assert (upload.state, Product.objects.exists()) == ("awaiting_approval", False)
