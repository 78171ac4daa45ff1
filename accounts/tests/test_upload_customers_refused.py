"""What is wrong with a customers' file is said at row and column, and nothing of it is written."""

import pytest

from accounts.models import Address, CustomerProfile, User
from accounts.services.privacy import person_erase
from accounts.tests.factories import (
    AddressFactory,
    CustomerProfileFactory,
    SellerFactory,
    SellerUserFactory,
    StaffFactory,
    UserFactory,
)
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, errors, planned

pytestmark = pytest.mark.django_db

CANARY = "canary-93b1"


def state():
    return {
        model.__name__: (list(model.objects.order_by("pk").values()), model.history.count())
        for model in (User, CustomerProfile, Address)
    }


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (
            "vat_id",
            "DE136695977",
            "“DE136695977” is not a valid VAT id: The number's checksum or check digit is invalid.",
        ),
        ("country", "Atlantis", "“Atlantis” is no country. Write a code such as DE, or its name."),
        ("language", "Klingon", "“Klingon” is not one of: en, de, fr, ar."),
        ("payment_terms_days", "366", "“366” is more than 365."),
        ("payment_terms_days", "-1", "“-1” is less than 0."),
        ("payment_terms_days", "soon", "“soon” is not a number. Give digits only, for example 12.50."),
        ("accepts_marketing", "perhaps", "“perhaps” is neither yes nor no. Write yes or no."),
        ("first_name", "x" * 81, "The text has 81 characters; at most 80 fit. Shorten it."),
        ("postcode", "1" * 21, "The text has 21 characters; at most 20 fit. Shorten it."),
        ("language", "[clear]", "This cannot be empty."),
        ("line1", "[clear]", "This cannot be empty."),
        ("is_default_billing", "[clear]", "This cannot be empty."),
    ],
)
def test_a_bad_cell_is_named(column, value, message):
    row = {"email": "anna@example.com", "line1": "Weg 1", "city": "Kiel", "country": "DE"} | {column: value}
    before = state()

    upload = planned(f"{','.join(row)}\n{','.join(row.values())}\n", kind="customers")

    shown = "" if value == "[clear]" else value
    assert [[column, shown, message]] == errors(upload)[2][:1]
    assert counts(upload) == {"rows": 1, "failed": 1}
    assert state() == before


@pytest.mark.parametrize("email", ["anna", "anna@", "anna@example", "a b@example.com", f"{'x' * 250}@example.com"])
def test_an_email_must_be_one(email):
    upload = planned(f"email,first_name\n{email},Anna\n", kind="customers")

    assert actions(upload) == {2: "error"}
    assert User.objects.count() == 0


def test_a_row_without_email_means_nobody():
    upload = planned("email,first_name\n,Anna\n[clear],Bo\n", kind="customers")

    assert errors(upload) == {
        2: [["email", "", "A row needs the customer's email."]],
        3: [["email", "", "This cannot be empty."]],
    }


@pytest.mark.parametrize(("missing", "label"), [("line1", "street"), ("city", "city"), ("country", "country")])
def test_a_new_address_needs_street_city_and_country(missing, label):
    row = {"email": "anna@example.com", "first_name": "Anna", "line1": "Weg 1", "city": "Kiel", "country": "DE"}
    row[missing] = ""

    upload = planned(f"{','.join(row)}\n{','.join(row.values())}\n", kind="customers")

    assert errors(upload) == {2: [[missing, "", f"A new address needs a {label}."]]}


def test_a_new_address_needs_a_recipient():
    upload = planned("email,line1,city,country\nanna@example.com,Weg 1,Kiel,DE\n", kind="customers")

    assert errors(upload) == {2: [["address_name", "", "A new address needs a recipient."]]}


def test_rows_that_contradict_each_other_are_refused_and_do_not_count(db):
    customer = CustomerProfileFactory(user__email="kim@example.com", company="Old", phone="")
    text = "email,company,phone\nkim@example.com,One,\nkim@example.com,Two,555\n"

    upload = applied(text, kind="customers", on_error="skip")

    assert errors(upload) == {3: [["company", "Two", "Row 2 says something else about the same customer."]]}
    customer.refresh_from_db()
    assert (customer.company, customer.phone) == ("One", "")


def test_a_new_customer_comes_whole_or_not_at_all():
    text = (
        "email,first_name,vat_id,line1,city,country\nanna@example.com,Anna,DE1,Weg 1,Kiel,DE\n"
        "anna@example.com,,,Weg 2,Kiel,DE\nbo@example.com,Bo,,Weg 3,Kiel,DE\n"
    )

    upload = applied(text, kind="customers", on_error="skip")

    assert counts(upload) == {"rows": 3, "created": 1, "failed": 2}
    assert errors(upload)[3] == [["", "", "The customer cannot be made, because row 2 has errors."]]
    assert list(User.objects.values_list("email", flat=True)) == ["bo@example.com"]


# Who is no customer ----------------------------------------------------------------


@pytest.mark.parametrize("factory", [StaffFactory, SellerUserFactory])
def test_a_log_in_of_staff_or_seller_is_neither_changed_nor_shown(factory):
    user = factory(email="Inside@example.com", first_name=CANARY, last_name=CANARY)
    AddressFactory(user=user, name=CANARY, is_default_billing=True)
    before = state()

    text = "email,first_name,company,line1,city,country,is_default_billing\ninside@EXAMPLE.com,X,X,Weg 1,Kiel,DE,yes\n"
    upload = planned(text, kind="customers")

    assert errors(upload) == {2: [["email", "inside@example.com", "This email cannot be used for a customer."]]}
    staged = "".join("".join(row) for row in upload.staged.values_list("diff", "payload", "errors"))
    assert CANARY not in staged
    assert state() == before


def test_only_the_shops_own_staff_uploads_customers():
    for user in (SellerUserFactory(), SellerUserFactory(seller=None), UserFactory()):
        upload = planned("email\nanna@example.com\n", kind="customers", owner=user)

        assert (upload.state, upload.error) == ("failed", "Only the shop's own staff uploads customers.")
    assert User.objects.filter(email="anna@example.com").count() == 0


def test_a_seller_may_not_ask_for_it_either(tmp_path):
    from django.core.management import CommandError, call_command

    path = tmp_path / "customers.csv"
    path.write_text("email\nanna@example.com\n")
    user = SellerUserFactory(seller=SellerFactory())

    with pytest.raises(CommandError, match=f"{user} may not"):
        call_command("import_file", "customers", str(path), "--user", user.email, "--json")


# Erased persons ----------------------------------------------------------------------


def test_an_erased_person_is_left_out_and_stays_erased():
    user = CustomerProfileFactory(user__email="kim@example.com").user
    person_erase(user=user, reason="Asked")
    before = state()

    upload = applied(
        f"email,first_name,company,line1,city,country\n{user.email},Kim,Kim KG,Weg 1,Kiel,DE\n"
        "erased-99999@ERASED.invalid,Kim,,,,\n",
        kind="customers",
    )

    assert counts(upload) == {"rows": 2, "skipped": 2}
    reason = "This person's data were erased; nothing of it is loaded again."
    assert errors(upload) == {2: [["", "", reason]], 3: [["", "", reason]]}
    assert state() == before
