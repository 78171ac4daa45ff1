"""Whatever a category file says: the tree stays whole, and undoing brings back what was."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import planned
from backoffice.kernel.transfers.services import upload_apply
from products.models import Category
from products.services.bulk_categories import categories_bulk_ensure
from products.tests.test_upload_categories import WHOLE, shown
from products.tests.uploads import undone

pytestmark = pytest.mark.django_db

NAMES = "ABC"
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(" > ".join)
ROWS = st.lists(
    st.tuples(PATHS, st.one_of(st.just(""), PATHS), st.sampled_from(["", "x"]), st.sampled_from(["", "no"])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=st.lists(PATHS, max_size=8), rows=ROWS)
def test_any_file_over_any_tree_can_be_taken_back(db, paths, rows):
    with audit(source="tests"):
        Category.objects.all().delete()
        for path in paths:
            categories_bulk_ensure(paths=[path])
    before = snapshot()
    text = "path,new_path,description,is_active\n" + "".join(f"{','.join(row)}\n" for row in rows)

    upload = planned(text, kind="categories", on_error="skip")
    changes = upload.changes
    upload_apply(upload=upload, here=True)

    assert (upload.error, upload.changes + upload.conflicts) == ("", changes)
    shown()
    if Category.history.filter(history_job=upload.apply_job).exists():
        undone(upload)
    assert Category.objects.find_problems() == WHOLE
    assert differences(before, snapshot()) == {}
