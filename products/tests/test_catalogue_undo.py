"""A catalogue that a job made goes with it, and the tree stays a tree."""

from __future__ import annotations

import pytest

from backoffice.kernel.history.context import audit
from backoffice.kernel.history.undo import undo_request
from backoffice.kernel.jobs.models import Job, JobState
from products.models import Attribute, Category, Product, ProductImage, Variant, VariantOption
from products.services.categories import category_create
from products.services.category_mending import category_tree_mend
from products.services.images import image_add
from products.services.products import product_save
from products.services.variants import variant_save
from products.tests.factories import ProductFactory, TaxClassFactory
from products.tests.pictures import picture

pytestmark = pytest.mark.django_db

WHOLE = ([], [], [], [], [])


@pytest.fixture
def job() -> Job:
    return Job.objects.create(kind="import", title="Upload 1", state=JobState.SUCCEEDED)


def undo(job: Job) -> None:
    undone, _ = undo_request(job=job, owner=None)
    assert (undone.state, undone.error) == (JobState.SUCCEEDED, "")


def category(name: str, parent: Category | None = None) -> Category:
    return category_create(category=Category(name=name), parent=parent)


def full_names() -> list[str]:
    return list(Category.objects.values_list("full_name", flat=True))


def test_products_with_variants_options_and_pictures_go(job):
    seller, tax_class = ProductFactory().seller, TaxClassFactory()
    with audit(job_id=job.pk):
        product = product_save(product=Product(seller=seller, tax_class=tax_class, name="Mug"))
        variant = Variant(product=product, sku="MUG-1", price="9.90")
        variant_save(variant=variant, options=[("Colour", "Red")])
        image_add(product=product, content=picture(), name="mug.png")

    undo(job)

    assert Product.objects.count() == 1
    for model in (Variant, VariantOption, ProductImage, Attribute):
        assert model.objects.count() == 0
        assert model.history.first().history_type == "-"


def test_categories_go_and_their_parents_count_right(job):
    kitchen = category("Kitchen")
    with audit(job_id=job.pk):
        mugs = category("Mugs", kitchen)
        category("Big mugs", mugs)

    undo(job)

    assert full_names() == ["Kitchen"]
    assert Category.objects.get().numchild == 0
    assert Category.objects.find_problems() == WHOLE


def test_what_was_added_below_a_category_that_goes_moves_up(job):
    kitchen = category("Kitchen")
    category("Small", kitchen)
    with audit(job_id=job.pk):
        mugs = category("Mugs", kitchen)
    small = category("Small", mugs)
    category("Tiny", small)

    undo(job)

    assert full_names() in (
        ["Kitchen", "Kitchen > Small", "Kitchen > Small (2)", "Kitchen > Small (2) > Tiny"],
        # Nothing of it is lost either where the category is kept for what lies below it.
        ["Kitchen", "Kitchen > Small", "Kitchen > Mugs", "Kitchen > Mugs > Small", "Kitchen > Mugs > Small > Tiny"],
    )
    assert Category.objects.find_problems() == WHOLE
    for row in Category.objects.all():
        assert row.history.first().full_name == row.full_name


def test_a_whole_tree_needs_no_mending():
    category("Mugs", category("Kitchen"))

    assert category_tree_mend() == []
    assert full_names() == ["Kitchen", "Kitchen > Mugs"]
