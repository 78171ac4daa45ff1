"""A plan for customers is applied exactly as previewed, in a handful of queries, and taken back as a whole."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Address, CustomerProfile, User
from accounts.services.addresses import address_save
from accounts.services.privacy import person_erase
from accounts.services.users import customer_create, customer_update
from accounts.tests.factories import AddressFactory, CustomerProfileFactory, StaffFactory
from backoffice.integrity import integrity_check
from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import applied, counts, errors, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.services import upload_apply, upload_undo
from backoffice.kernel.transfers.services.undoing import upload_undo_plan
from orders.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

HEAD = "email,first_name,company,line1,postcode,city,country,is_default_billing\n"
CHANGED = "Changed by somebody since the preview: {}."


@pytest.fixture
def kim(db):
    customer = CustomerProfileFactory(user__email="kim@example.com", user__first_name="Kim", company="Kim KG")
    AddressFactory(user=customer.user, is_default_billing=True, is_default_shipping=True)
    return customer


def conflicts_after(change, text):
    """Plan a file, let somebody do something, and apply; return what was left alone and why."""
    upload = planned(text, kind="customers", on_error="skip")
    with audit(reason="by hand"):
        change()
    upload_apply(upload=upload, here=True)
    upload.refresh_from_db()
    assert (upload.state, upload.error) == ("applied", "")
    assert sum(counts(upload).values()) == 2 * upload.rows
    return {number: found[0][2] for number, found in errors(upload).items()}


# Conflicts -----------------------------------------------------------------------


def test_an_email_that_somebody_took_is_a_conflict_with_all_its_rows():
    text = HEAD + "a@example.com,Anna,,Weg 1,1,Kiel,DE,\na@example.com,,,Weg 2,1,Kiel,DE,\nb@example.com,Bo,,,,,,\n"

    found = conflicts_after(lambda: customer_create(email="A@example.com", first_name="Other"), text)

    assert found == dict.fromkeys([2, 3], "Somebody with this email is there by now.")
    assert sorted(User.objects.values_list("email", "first_name")) == [
        ("a@example.com", "Other"),
        ("b@example.com", "Bo"),
    ]
    assert Address.objects.count() == 0


def test_a_person_changed_since_the_preview_is_not_overwritten(kim):
    def by_hand():
        kim.company = "By hand"
        customer_update(customer=kim, email="kim@example.com", first_name="Hand", last_name="")

    found = conflicts_after(by_hand, HEAD + "kim@example.com,New,New,,,,,\n")

    assert found == {2: CHANGED.format("first name, company")}
    kim.refresh_from_db()
    assert (kim.company, kim.user.first_name) == ("By hand", "Hand")


def test_changes_of_other_fields_stay_beside_each_other(kim):
    CustomerProfile.objects.update(phone="555")

    found = conflicts_after(lambda: CustomerProfile.objects.update(phone="777"), HEAD + "kim@example.com,,New,,,,,\n")

    assert found == {}
    kim.refresh_from_db()
    assert (kim.company, kim.phone, kim.history.latest("history_id").phone) == ("New", "777", "777")


def test_an_erased_person_is_not_filled_again(kim):
    text = HEAD + "kim@example.com,New,New,Weg 1,24103,Kiel,DE,\n"
    upload = planned(text, kind="customers", on_error="skip")
    # Erasing asks for the upload to be finished first; whoever gets around that finds nothing filled again.
    with pytest.raises(Exception, match="apply or discard it first"):
        person_erase(user=kim.user, reason="Asked")
    upload.staged.model.objects.filter(upload=upload).update(key="kim@example.com")
    User.objects.filter(pk=kim.user_id).update(erased_at=upload.planned_at, first_name="erased", last_name="")

    upload_apply(upload=upload, here=True)

    assert errors(upload) == {2: [["", "", "The person's data were erased since the preview."]]}
    kim.refresh_from_db()
    assert (kim.company, kim.user.first_name, kim.user.addresses.count()) == ("Kim KG", "erased", 1)


def test_an_address_changed_or_deleted_or_made_since_is_a_conflict(kim):
    AddressFactory(user=kim.user, line1="Weg 2")
    text = (
        "email,address_name,line1,postcode,city,region,country\nkim@example.com,,Musterweg 1,01067,Dresden,A,DE\n"
        "kim@example.com,,Weg 2,01067,Dresden,B,DE\nkim@example.com,Kim,Weg 3,01067,Dresden,,DE\n"
    )

    def by_hand():
        Address.objects.filter(line1="Musterweg 1").update(region="Hand")
        Address.objects.get(line1="Weg 2").delete()
        AddressFactory(user=kim.user, name="Kim", line1="Weg 3")

    found = conflicts_after(by_hand, text)

    assert found == {
        2: CHANGED.format("region"),
        3: "The address was deleted since the preview.",
        4: "The address is there by now.",
    }
    assert list(kim.user.addresses.values_list("line1", "region")) == [("Musterweg 1", "Hand"), ("Weg 3", "")]


def test_a_default_that_somebody_moved_stays_where_it_is(kim):
    AddressFactory(user=kim.user, line1="Weg 2")

    def by_hand():
        address = kim.user.addresses.get(line1="Weg 2")
        address.is_default_billing = True
        address_save(address=address)

    found = conflicts_after(by_hand, HEAD + "kim@example.com,,,Weg 3,24103,Kiel,DE,yes\n")

    assert found == {2: CHANGED.format("the default address for invoices")}
    assert kim.user.addresses.get(is_default_billing=True).line1 == "Weg 2"
    assert kim.user.addresses.count() == 2


# Undo ----------------------------------------------------------------------------

CHANGES = HEAD + (
    "kim@example.com,Kimberly,New,Weg 2,24103,Kiel,DE,yes\n"
    "kim@example.com,,,Musterweg 1,01067,Dresden,DE,no\n"
    "anna@example.com,Anna,Anna KG,Weg 3,24103,Kiel,DE,\n"
)


def undone(upload):
    upload, job = upload_undo(upload=upload, user=None, here=True)
    assert job.state == "succeeded", job.error
    return job.result


def test_new_and_changed_customers_return_to_what_they_were(kim):
    before = snapshot()
    upload = applied(CHANGES, kind="customers")
    assert set(differences(before, snapshot())) == {"accounts.User", "accounts.CustomerProfile", "accounts.Address"}

    result = undone(upload)

    assert differences(before, snapshot()) == {}
    assert result["conflicts"] == 0
    assert counts(applied(CHANGES, kind="customers")) == {"rows": 3, "created": 2, "updated": 1}
    assert integrity_check([8, 9, 12]).findings == {8: [], 9: [], 12: []}


def test_defaults_that_changed_places_change_back(kim):
    AddressFactory(user=kim.user, line1="Weg 2")
    AddressFactory(user=CustomerProfileFactory(user__email="lo@example.com").user, is_default_billing=True)
    AddressFactory(user=User.objects.get(email="lo@example.com"), line1="Weg 2")
    before = snapshot()
    text = "email,line1,postcode,city,country,is_default_billing\n" + "".join(
        f"{name}@example.com,{line},01067,Dresden,DE,{flag}\n"
        for name in ("kim", "lo")
        for line, flag in (("Musterweg 1", "no"), ("Weg 2", "yes"))
    )
    upload = applied(text, kind="customers")
    assert differences(before, snapshot()) != {}

    result = undone(upload)

    assert differences(before, snapshot()) == {}
    assert result["conflicts"] == 0


def test_addresses_that_swapped_both_purposes_swap_back_at_once(kim):
    other = address_save(
        address=AddressFactory.build(user=kim.user, name="Kim", line1="Weg 2", is_default_shipping=True)
    )
    before = snapshot()
    text = (
        "email,line1,postcode,city,country,is_default_billing,is_default_shipping\n"
        "kim@example.com,Musterweg 1,01067,Dresden,DE,no,yes\nkim@example.com,Weg 2,01067,Dresden,DE,yes,no\n"
    )
    upload = applied(text, kind="customers")
    other.refresh_from_db()
    assert (other.is_default_billing, other.is_default_shipping) == (True, False)

    result = undone(upload)

    assert differences(before, snapshot()) == {}
    assert (result["restored"], result["conflicts"]) == (2, 0)
    newest = Address.history.filter(id=other.pk).latest("history_id")
    assert (newest.is_default_billing, newest.is_default_shipping) == (False, True)


def test_a_customer_who_ordered_since_keeps_log_in_and_page(kim):
    upload = applied(CHANGES, kind="customers")
    anna = User.objects.get(email="anna@example.com")
    OrderFactory(customer=anna)

    plan = upload_undo_plan(upload=upload)
    result = undone(upload)

    reasons = {(entry["model"], entry["reason"]) for entry in result["conflict_list"]}
    assert reasons == {("user", "Still used by orders."), ("customer", "Still used by orders.")}
    assert plan.conflict_total == result["conflicts"] == 2
    assert CustomerProfile.objects.get(user=anna).company == "Anna KG"
    kim.refresh_from_db()
    assert (kim.company, kim.user.first_name, kim.user.addresses.count()) == ("Kim KG", "Kim", 1)


def test_a_customer_who_logged_in_since_stays(kim):
    upload = applied(CHANGES, kind="customers")
    anna = User.objects.get(email="anna@example.com")
    anna.set_password("correct horse")
    anna.save(update_fields=["password"])

    result = undone(upload)

    reasons = {entry["reason"] for entry in result["conflict_list"] if entry["model"] == "customer"}
    assert reasons == {"Still used by somebody who logs in with it."}
    assert CustomerProfile.objects.filter(user=anna).count() == 1


def test_a_customer_changed_or_erased_since_keeps_the_page(kim):
    upload = applied(CHANGES.replace("anna@", "lo@") + "anna@example.com,Anna,,,,,,\n", kind="customers")
    anna, lo = User.objects.get(email="anna@example.com"), User.objects.get(email="lo@example.com")
    with audit(user=StaffFactory(), reason="by hand"):
        customer_update(customer=anna.customer_profile, email="anna@example.com", first_name="Annabel", last_name="")
        person_erase(user=lo, reason="Asked")

    undone(upload)

    assert sorted(CustomerProfile.objects.values_list("user__first_name", flat=True)) == ["Annabel", "Kim", "erased"]
    assert Address.history.exclude(name="erased").filter(user_id=lo.pk).count() == 0


def test_of_two_uploads_the_first_is_undone_after_the_second():
    before = snapshot()
    first = applied("email,first_name\nanna@example.com,Anna\n", kind="customers")
    second = applied("email,first_name\nanna@example.com,Annabel\n", kind="customers")

    assert [undone(upload)["conflict_list"] for upload in (second, first)] == [[], []]

    assert differences(before, snapshot()) == {}


# Queries -------------------------------------------------------------------------


def queries(rows, *, start):
    """Return how many queries planning and applying so many rows of new and of known customers take."""
    known = "".join(f"{n + start}@example.com,New {n},X,Weg {n},24103,Kiel,DE,yes\n" for n in range(rows))
    fresh = "".join(f"n{n + start}@example.com,Anna,,Weg {n},24103,Kiel,DE,\n" for n in range(rows))
    for n in range(rows):
        AddressFactory(
            user=CustomerProfileFactory(user__email=f"{n + start}@example.com").user, is_default_billing=True
        )
    with CaptureQueriesContext(
        connection,
    ) as plan:
        upload = planned(HEAD + known + fresh, kind="customers")
    with CaptureQueriesContext(connection) as apply:
        upload_apply(upload=upload, here=True)
    upload.refresh_from_db()
    assert (upload.state, upload.created) == ("applied", 2 * rows)
    return len(plan), len(apply)


def test_a_chunk_takes_the_same_queries_however_many_rows_it_has():
    queries(1, start=5_000)

    assert queries(2, start=0) == queries(40, start=100)


def test_customers_whose_rows_lie_in_two_chunks_are_refused(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)
    text = HEAD + "".join(f"{name}@example.com,,,,,,,\n" for name in ("a", "b", "c", "a"))

    upload = applied(text, kind="customers", on_error="skip")

    assert errors(upload) == {
        2: [["", "a@example.com", "“a@example.com” is also in row 5."]],
        5: [["", "a@example.com", "“a@example.com” is also in row 2."]],
    }
    assert sorted(User.objects.values_list("email", flat=True)) == ["b@example.com", "c@example.com"]
