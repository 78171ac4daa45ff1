"""Customers come in from a file: log-in, customer's page and addresses, and go out again unchanged."""

import pytest

from accounts.models import Address, CustomerProfile, User
from accounts.tests.factories import AddressFactory, CustomerProfileFactory, StaffFactory, UserFactory
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, diffs, errors, planned
from backoffice.kernel.transfers.exports import export_kind, export_stream
from backoffice.kernel.transfers.exports.query import export_queryset

pytestmark = pytest.mark.django_db

FILE = """
    email,first_name,last_name,company,vat_id,phone,language,payment_terms_days,accepts_marketing,note,line1,line2,postcode,city,region,country,is_default_billing,is_default_shipping
    Anna@Example.com,Anna,Example,Example Ltd,DE136695976,0351 555000,German,30,yes,"Rings, twice",Musterweg 1,,01067,Dresden,Saxony,Deutschland,yes,no
    anna@example.com,,,,,,,,,,Hafen 2,Tor 3,20457,Hamburg,,DE,no,yes
    bo@example.com,Bo,Lo,,,,,,,,,,,,,,,
"""


def exported() -> bytes:
    kind = export_kind("customers")
    return b"".join(export_stream(kind=kind, rows=export_queryset(kind, None)))


def test_new_customers_come_with_log_in_page_and_addresses():
    upload = applied(FILE, kind="customers")

    assert counts(upload) == {"rows": 3, "created": 3}
    anna = User.objects.get(email="anna@example.com")
    assert (anna.first_name, anna.last_name, anna.user_type, anna.is_active, anna.is_staff) == (
        "Anna", "Example", "customer", True, False,
    )  # fmt: skip
    assert anna.has_usable_password() is False
    profile = anna.customer_profile
    assert (profile.company, profile.vat_id, profile.phone, profile.language) == (
        "Example Ltd", "DE136695976", "0351 555000", "de",
    )  # fmt: skip
    assert (profile.payment_terms_days, profile.accepts_marketing, profile.note) == (30, True, "Rings, twice")
    assert list(anna.addresses.values_list("name", "line1", "line2", "postcode", "city", "region", "country")) == [
        ("Anna Example", "Musterweg 1", "", "01067", "Dresden", "Saxony", "DE"),
        ("Anna Example", "Hafen 2", "Tor 3", "20457", "Hamburg", "", "DE"),
    ]
    assert list(anna.addresses.values_list("is_default_billing", "is_default_shipping")) == [
        (True, False),
        (False, True),
    ]
    bo = CustomerProfile.objects.get(user__email="bo@example.com")
    assert (bo.language, bo.payment_terms_days, bo.accepts_marketing, bo.user.addresses.count()) == (
        "en",
        None,
        False,
        0,
    )


def test_the_same_file_again_changes_nothing():
    applied(FILE, kind="customers")
    before = (User.history.count(), CustomerProfile.history.count(), Address.history.count())

    assert counts(applied(FILE, kind="customers")) == {"rows": 3, "unchanged": 3}
    assert (User.history.count(), CustomerProfile.history.count(), Address.history.count()) == before


def test_the_export_comes_back_without_a_change():
    applied(FILE, kind="customers")
    # What no file could have brought: blanks around, line breaks, twins, a formula's letter, a page without a log-in's name.
    odd = CustomerProfileFactory(company=" = Odd  ", note="one\r\ntwo\n", phone="+49 351", user__first_name="A\nB")
    for flag in (False, True):
        AddressFactory(user=odd.user, city="'s-Hertogenbosch", phone="-5", is_default_shipping=flag)
    AddressFactory(user=odd.user, name="Kim  Example ", line2="@home", country="NL")

    upload = applied(exported(), kind="customers")

    assert counts(upload) == {"rows": 6, "unchanged": 6}, (diffs(upload), errors(upload))
    assert upload.unmapped_columns == []


def test_the_export_makes_the_same_customers_elsewhere():
    applied(FILE, kind="customers")
    before, content = rows(), exported()
    for model in (Address, CustomerProfile, User):
        model.objects.all()._raw_delete(model.objects.db)

    assert counts(applied(content, kind="customers")) == {"rows": 3, "created": 3}
    assert rows() == before


def rows():
    person = CustomerProfile.objects.order_by("user__email").values_list(
        "user__email", "user__first_name", "company", "vat_id", "phone", "language", "payment_terms_days", "note"
    )
    where = Address.objects.order_by("line1").values_list(
        "user__email", "name", "line1", "line2", "postcode", "country", "is_default_billing", "is_default_shipping"
    )
    return list(person), list(where)


def test_only_what_the_file_says_changes():
    customer = CustomerProfileFactory(
        user__email="Anna@Example.com", user__first_name="Anna", company="Old", phone="1", note="Keep"
    )
    address = AddressFactory(user=customer.user, is_default_billing=True)

    upload = planned(
        "email,first_name,company,phone,payment_terms_days\nANNA@example.com,,New,[clear],14\n", kind="customers"
    )
    assert diffs(upload) == {2: {"company": ["Old", "New"], "phone": ["1", ""], "payment_terms_days": [None, 14]}}
    upload = applied(
        "email,first_name,company,phone,payment_terms_days\nANNA@example.com,,New,[clear],14\n", kind="customers"
    )

    assert counts(upload) == {"rows": 1, "updated": 1}
    customer.refresh_from_db()
    assert (customer.company, customer.phone, customer.note, customer.payment_terms_days) == ("New", "", "Keep", 14)
    # The log-in keeps how its email is written, and has no history row of this.
    assert (customer.user.email, customer.user.history.count(), address.history.count()) == ("Anna@Example.com", 1, 1)


def test_a_name_in_one_cell_is_parted_unless_it_is_the_customer_s_already():
    known = CustomerProfileFactory(user__email="k@example.com", user__first_name="Ada", user__last_name="van Dam").user
    text = (
        "Name,Email,Address,City,Zip,Country\nMax Power,max@example.com,1 Road,Bath,BA1,UK\n"
        "Ada van Dam,k@example.com,,,,\nCher,c@example.com,,,,\n"
    )

    assert counts(applied(text, kind="customers")) == {"rows": 3, "created": 2, "unchanged": 1}

    people = User.objects.filter(user_type="customer").order_by("email")
    assert list(people.values_list("first_name", "last_name")) == [("", "Cher"), ("Ada", "van Dam"), ("Max", "Power")]
    assert Address.objects.get().name == "Max Power"
    assert known.history.count() == 1
    # Parted names are looked up whole again, and columns of their own win.
    assert counts(applied(text, kind="customers")) == {"rows": 3, "unchanged": 3}
    applied("email,name,first_name\nmax@example.com,Somebody Else,Maxine\n", kind="customers")
    assert User.objects.values_list("first_name", "last_name").get(email="max@example.com") == ("Maxine", "Power")


def test_a_log_in_without_a_page_gets_one():
    user = UserFactory(email="kim@example.com")

    applied("email,company\nkim@example.com,Kim KG\n", kind="customers")

    assert (user.customer_profile.company, user.customer_profile.language) == ("Kim KG", "en")
    assert user.customer_profile.history.get().history_type == "+"


def test_history_names_the_job_and_the_person():
    boss = StaffFactory(is_superuser=True)
    customer = CustomerProfileFactory(user__email="kim@example.com", user__first_name="Kim")
    AddressFactory(user=customer.user)

    upload = applied(
        "email,first_name,company,line1,city,region,country\n"
        "kim@example.com,Kimberly,Kim KG,Musterweg 1,Dresden,Saxony,DE\nkim@example.com,,,Hafen 2,Hamburg,,DE\n"
        "new@example.com,New,,Weg 3,Kiel,,DE\n",
        kind="customers",
        owner=boss,
    )

    wrote = {"history_job_id": upload.apply_job_id, "history_user_id": boss.pk}
    for model, kinds in ((User, "~+"), (CustomerProfile, "~+"), (Address, "++~")):
        rows = model.history.filter(**wrote).order_by("history_id").values_list("history_type", flat=True)
        assert sorted(rows) == sorted(kinds), model
        assert model.history.exclude(**wrote).filter(history_date__gte=upload.planned_at).count() == 0
    for user in User.objects.filter(user_type="customer"):
        newest = user.history.latest("history_id")
        assert (newest.email, newest.first_name) == (user.email, user.first_name)


# Modes -------------------------------------------------------------------------

MIXED = """
    email,company,line1,postcode,city,country
    kim@example.com,New name,Musterweg 1,01067,Dresden,DE
    kim@example.com,,Hafen 2,20457,Hamburg,DE
    new@example.com,New,Weg 3,24103,Kiel,DE
"""


@pytest.fixture
def kim(db):
    customer = CustomerProfileFactory(user__email="kim@example.com", company="Kim")
    AddressFactory(user=customer.user, is_default_billing=True, is_default_shipping=True)
    return customer


def test_create_only_adds_customers_and_addresses(kim):
    upload = applied(MIXED, kind="customers", mode="create")

    assert actions(upload) == {2: "skipped", 3: "create", 4: "create"}
    assert errors(upload) == {2: [["", "", "This exists, and the upload only creates."]]}
    kim.refresh_from_db()
    assert (kim.company, kim.user.addresses.count(), CustomerProfile.objects.count()) == ("Kim", 2, 2)
    assert kim.user.addresses.filter(is_default_billing=True).get().line1 == "Musterweg 1"


def test_update_only_changes_what_is_there(kim):
    upload = applied(MIXED, kind="customers", mode="update")

    assert actions(upload) == {2: "update", 3: "skipped", 4: "skipped"}
    assert errors(upload) == {
        3: [["", "", "This address is new, and the upload only updates."]],
        4: [["", "", "This customer is new, and the upload only updates."]],
    }
    kim.refresh_from_db()
    assert (kim.company, kim.user.addresses.count(), User.objects.count()) == ("New name", 1, 1)


def test_an_update_does_not_ask_for_what_only_new_addresses_need(kim):
    upload = planned("email,line1\nkim@example.com,Elsewhere 9\n", kind="customers", mode="update")

    assert actions(upload) == {2: "skipped"}
