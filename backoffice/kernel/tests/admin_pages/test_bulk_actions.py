"""A bulk action shows what it applies to, does exactly that, once, and can be undone as a whole."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.tests.factories import SellerUserFactory, StaffFactory
from backoffice.kernel.history.undo import undo_request
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.services import job_run
from backoffice.kernel.selections.models import Selection
from backoffice.kernel.tests.admin_pages.catalogue import PAGES, CutPrices
from products.models import Variant
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/products/variant/"
MAY = ("products.view_variant", "products.reprice_product", "kernel.view_job")


@pytest.fixture(autouse=True)
def pages(admin_pages):
    admin_pages(PAGES)


@pytest.fixture
def clerk(client, grant):
    user = grant(StaffFactory(), *MAY)
    client.force_login(user)
    return user


def choose(client, rows, **more) -> str:
    """Tick rows and choose the action; return the confirm page's address."""
    data = {"action": "cut_prices", "_selected_action": [row.pk for row in rows], **more}
    response = client.post(LIST, data)
    assert response.status_code == 302, response.content
    return response["Location"]


def confirm(client, url, percent="10", **more):
    """Preview, then apply what was previewed."""
    page = client.post(url, {"percent": percent, "preview": "1"})
    assert page.status_code == 200
    return client.post(url, {"percent": percent, "previewed": page.context["previewed"], "apply": "1", **more})


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_confirm_page_tells_how_many_and_why_not_the_others(client, clerk):
    # given
    dear = VariantFactory.create_batch(3, price=Decimal("10.00"))
    cheap = VariantFactory.create_batch(2, price=Decimal("0.50"))

    # when
    url = choose(client, [*dear, *cheap])
    page = client.post(url, {"percent": "10", "preview": "1"})

    # then
    assert "Applies to 3 of the 5 selected." in page.content.decode()
    assert page.context["reasons"] == [
        {"reason": "Costs less than 1.00.", "count": 2, "names": [variant.sku for variant in cheap]}
    ]
    assert [row.pk for row in page.context["shown"]] == [variant.pk for variant in dear]
    for variant in dear:
        assert f'href="/admin/products/variant/{variant.pk}/change/"' in page.content.decode()
    # nothing has happened yet
    assert set(Variant.objects.values_list("price", flat=True)) == {Decimal("10.00"), Decimal("0.50")}
    assert Job.objects.filter(kind="bulk_action").count() == 0


def test_applying_changes_what_was_shown_and_names_the_job(client, clerk):
    dear, cheap = VariantFactory(price=Decimal("10.00")), VariantFactory(price=Decimal("0.50"))

    response = confirm(client, choose(client, [dear, cheap]))

    dear.refresh_from_db()
    cheap.refresh_from_db()
    assert (dear.price, cheap.price) == (Decimal("9.00"), Decimal("0.50"))
    job = Job.objects.get(kind="bulk_action")
    assert (job.state, job.owner, job.title, job.result["applied"]) == (
        JobState.SUCCEEDED,
        clerk,
        "Cut prices (1)",
        1,
    )
    newest = dear.history.first()
    assert (newest.history_job_id, newest.history_user_id) == (job.pk, clerk.pk)
    assert response["Location"] == LIST
    assert said(response) == [
        f'Cut prices (1): done for 1. <a href="/admin/kernel/job/{job.pk}/change/" class="alert-link">Details and undo</a>'
    ]


def test_a_bulk_action_can_be_undone(client, clerk):
    variant = VariantFactory(price=Decimal("10.00"))
    confirm(client, choose(client, [variant]))

    undo_request(job=Job.objects.get(kind="bulk_action"), owner=clerk)

    variant.refresh_from_db()
    assert variant.price == Decimal("10.00")


def test_a_second_confirmation_does_nothing_and_says_so(client, clerk):
    variant = VariantFactory(price=Decimal("10.00"))
    url = choose(client, [variant])
    first = confirm(client, url)
    fields = {"percent": "10", "previewed": first.wsgi_request.POST["previewed"], "apply": "1"}

    second = client.post(url, fields)

    variant.refresh_from_db()
    assert variant.price == Decimal("9.00")
    assert Job.objects.filter(kind="bulk_action").count() == 1
    assert "This was confirmed before and is done once." in said(second)


def test_the_confirm_page_of_a_done_action_leads_back(client, clerk):
    url = choose(client, [VariantFactory()])
    confirm(client, url)

    response = client.get(url)

    assert (response.status_code, response["Location"]) == (302, LIST)


def test_other_values_than_the_previewed_are_shown_again_first(client, clerk):
    variant = VariantFactory(price=Decimal("10.00"))
    url = choose(client, [variant])
    page = client.post(url, {"percent": "10", "preview": "1"})

    response = client.post(url, {"percent": "90", "previewed": page.context["previewed"], "apply": "1"})

    variant.refresh_from_db()
    assert variant.price == Decimal("10.00")
    assert response.status_code == 200
    assert said(response) == ["This is not what was shown before. Look again, then confirm."]


def test_rows_that_changed_since_the_preview_are_shown_again_first(client, clerk):
    variant, other = VariantFactory(price=Decimal("10.00")), VariantFactory(price=Decimal("10.00"))
    url = choose(client, [variant, other])
    page = client.post(url, {"percent": "10", "preview": "1"})
    other.price = Decimal("0.10")
    other.save()

    response = client.post(url, {"percent": "10", "previewed": page.context["previewed"], "apply": "1"})

    variant.refresh_from_db()
    assert variant.price == Decimal("10.00")
    assert "Applies to 1 of the 2 selected." in response.content.decode()


def test_a_wrong_value_in_the_form_is_told(client, clerk):
    url = choose(client, [VariantFactory()])

    page = client.post(url, {"percent": "200", "preview": "1"})

    assert page.context["form"].errors == {"percent": ["Ensure this value is less than or equal to 100."]}
    assert page.context["plan"] is None


def test_a_selection_across_pages_is_kept_by_the_server(client, clerk, monkeypatch):
    monkeypatch.setattr(PAGES[Variant], "list_per_page", 2)
    product = ProductFactory()
    variants = VariantFactory.create_batch(7, product=product)

    url = choose(client, variants[:2], select_across="1")

    selection = Selection.objects.get()
    assert selection.total == 7
    assert set(selection.rows.values_list("object_id", flat=True)) == {variant.pk for variant in variants}
    confirm(client, url)
    assert set(Variant.objects.values_list("price", flat=True)) == {Decimal("9.00")}


def test_a_selection_across_pages_honours_the_filter_and_leads_back_to_it(client, clerk):
    mine, other = VariantFactory(sku="AAA-1"), VariantFactory(sku="BBB-1")
    query = {"action": "cut_prices", "_selected_action": [mine.pk], "select_across": "1"}

    url = client.post(f"{LIST}?q=AAA", query)["Location"]
    response = confirm(client, url)

    other.refresh_from_db()
    assert other.price == Decimal("10.00")
    assert response["Location"] == f"{LIST}?q=AAA"


def test_many_rows_are_done_in_the_background_in_chunks(client, clerk, monkeypatch):
    monkeypatch.setattr(CutPrices, "inline_limit", 3)
    monkeypatch.setattr(CutPrices, "chunk_size", 2)
    variants = VariantFactory.create_batch(5, product=ProductFactory())

    response = confirm(client, choose(client, variants))

    job = Job.objects.get(kind="bulk_action")
    assert (job.state, job.total) == (JobState.QUEUED, 5)
    assert response["Location"] == f"/admin/kernel/job/{job.pk}/change/"
    assert set(Variant.objects.values_list("price", flat=True)) == {Decimal("10.00")}
    job_run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.result["applied"]) == (JobState.SUCCEEDED, 5, 5)
    assert set(Variant.objects.values_list("price", flat=True)) == {Decimal("9.00")}


def test_a_failure_in_the_request_changes_nothing_and_is_told(client, clerk, monkeypatch):
    first, second = VariantFactory(price=Decimal("10.00")), VariantFactory(price=Decimal("10.00"))
    whole = CutPrices.execute

    def broken(self, ids, user, data, context):
        whole(self, ids, user, data, context)
        raise RuntimeError("The price list is locked.")

    monkeypatch.setattr(CutPrices, "execute", broken)

    response = confirm(client, choose(client, [first, second]))

    assert set(Variant.objects.values_list("price", flat=True)) == {Decimal("10.00")}
    assert Job.objects.get(kind="bulk_action").state == JobState.FAILED
    assert said(response)[0].startswith("Cut prices (2): nothing was changed. The price list is locked.")


def test_a_failure_half_way_in_the_background_is_told_as_what_it_is(client, clerk, monkeypatch):
    monkeypatch.setattr(CutPrices, "inline_limit", 2)
    monkeypatch.setattr(CutPrices, "chunk_size", 2)
    variants = VariantFactory.create_batch(5, price=Decimal("10.00"))
    url = choose(client, variants)
    confirm(client, url)
    whole = CutPrices.execute

    def broken(self, ids, user, data, context):
        if variants[4].pk in ids:
            raise RuntimeError("The price list is locked.")
        return whole(self, ids, user, data, context)

    monkeypatch.setattr(CutPrices, "execute", broken)
    job_run(job_id=Job.objects.get(kind="bulk_action").pk)

    response = client.get(url)

    assert sorted(Variant.objects.values_list("price", flat=True)) == [Decimal("9.00")] * 4 + [Decimal("10.00")]
    assert said(response)[1].startswith("Cut prices (5): it failed half-way, done for 4. The price list is locked.")


def test_without_the_permission_the_menu_has_no_entry(client, grant):
    client.force_login(grant(StaffFactory(), "products.view_variant"))
    VariantFactory()

    assert "cut_prices" not in client.get(LIST).content.decode()


def test_a_forged_choice_without_the_permission_does_nothing(client, grant):
    client.force_login(grant(StaffFactory(), "products.view_variant"))
    variant = VariantFactory()

    client.post(LIST, {"action": "cut_prices", "_selected_action": [variant.pk]})

    assert Selection.objects.count() == 0


def test_a_permission_lost_between_the_steps_stops_the_second(client, clerk):
    variant = VariantFactory(price=Decimal("10.00"))
    url = choose(client, [variant])
    page = client.post(url, {"percent": "10", "preview": "1"})
    clerk.user_permissions.clear()

    response = client.post(url, {"percent": "10", "previewed": page.context["previewed"], "apply": "1"})

    variant.refresh_from_db()
    assert (response.status_code, variant.price) == (403, Decimal("10.00"))


def test_a_permission_lost_before_the_background_job_stops_it(client, clerk, monkeypatch):
    monkeypatch.setattr(CutPrices, "inline_limit", 0)
    variant = VariantFactory(price=Decimal("10.00"))
    confirm(client, choose(client, [variant]))
    clerk.user_permissions.clear()

    job = job_run(job_id=Job.objects.get(kind="bulk_action").pk)

    variant.refresh_from_db()
    assert (job.state, variant.price) == (JobState.FAILED, Decimal("10.00"))
    assert job.error == f"{clerk} may not do this any more."


def test_somebody_elses_selection_is_not_there(client, clerk, grant):
    url = choose(client, [VariantFactory()])
    client.force_login(grant(StaffFactory(), *MAY))

    assert client.get(url).status_code == 404
    assert client.get(f"{LIST}action/{uuid.uuid4()}/").status_code == 404


def test_a_sellers_selection_holds_no_foreign_row(client, grant):
    seller = grant(SellerUserFactory(), *MAY)
    client.force_login(seller)
    mine = VariantFactory(product__seller=seller.seller)
    theirs = VariantFactory()

    url = choose(client, [mine, theirs])
    confirm(client, url)

    assert [row.object_id for row in Selection.objects.get().rows.all()] == [mine.pk]
    theirs.refresh_from_db()
    assert theirs.price == Decimal("10.00")


def test_a_row_that_left_the_scope_since_is_not_touched(client, grant, monkeypatch):
    monkeypatch.setattr(CutPrices, "inline_limit", 0)
    seller = grant(SellerUserFactory(), *MAY)
    client.force_login(seller)
    variant = VariantFactory(product__seller=seller.seller, price=Decimal("10.00"))
    confirm(client, choose(client, [variant]))
    variant.product = ProductFactory()
    variant.save()

    job = job_run(job_id=Job.objects.get(kind="bulk_action").pk)

    variant.refresh_from_db()
    assert (job.state, variant.price) == (JobState.SUCCEEDED, Decimal("10.00"))
    assert job.result["applied"] == 0


@pytest.mark.parametrize("count", [1, 50])
def test_the_pages_cost_the_same_for_one_row_and_for_fifty(client, clerk, django_assert_num_queries, count):
    url = choose(client, VariantFactory.create_batch(count, product=ProductFactory()))

    with django_assert_num_queries(10):
        client.post(url, {"percent": "10", "preview": "1"})


def test_reverse_names_follow_the_model():
    key = uuid.uuid4()
    assert reverse("admin:products_variant_bulk_action", args=[key]) == f"{LIST}action/{key}/"
