"""Stored files: kept by their hash, whole or not at all, and handed out only to those who may see them."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from accounts.tests.factories import StaffFactory
from backoffice.kernel.files import registry, services
from backoffice.kernel.files.models import FileAccess, StoredFile
from backoffice.kernel.files.registry import may_open, register_file_scope
from backoffice.kernel.files.services import FileDamaged, file_open, file_path, file_store

pytestmark = pytest.mark.django_db

CONTENT = b"%PDF-1.7 made for a test"


def store(content=CONTENT, name="invoice.pdf", content_type="application/pdf", purpose="test", owner=None):
    return file_store(content=content, name=name, content_type=content_type, purpose=purpose, owner=owner)


@pytest.fixture(autouse=True)
def scopes(monkeypatch):
    """Files of purpose "test" are for their owners."""
    monkeypatch.setattr(registry, "_scopes", dict(registry._scopes))
    register_file_scope("test", lambda user, file: file.owner_id == user.pk)


@pytest.fixture
def owner(client):
    user = StaffFactory()
    client.force_login(user)
    return user


@pytest.fixture
def fetch(client):
    """Return a function that downloads a file to its end, upon which the client closes it."""

    def get(file_id, **extra):
        response = client.get(f"/files/{file_id}/", **extra)
        if response.streaming:
            response.bytes = b"".join(response.streaming_content)
        return response

    return get


# Keeping ------------------------------------------------------------------------------------------


def test_a_file_lies_under_its_hash_and_is_described(settings):
    owner = StaffFactory()

    stored = store(owner=owner)

    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (stored.digest, stored.path, stored.size) == (digest, f"test/{digest[:2]}/{digest}", len(CONTENT))
    assert (Path(settings.MEDIA_ROOT) / stored.path).read_bytes() == CONTENT
    assert (stored.name, stored.content_type, stored.owner) == ("invoice.pdf", "application/pdf", owner)


def test_equal_contents_share_one_file(settings):
    first, second = store(name="a.pdf"), store(name="b.pdf", content=io.BytesIO(CONTENT))

    assert (first.path, first.pk != second.pk) == (second.path, True)
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 1


def test_a_file_read_before_is_stored_from_its_start():
    content = io.BytesIO(CONTENT)
    content.read(5)

    assert store(content=content).size == len(CONTENT)


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\temp\\passwd", "/etc/passwd"])
def test_a_name_with_a_path_loses_it(name):
    assert store(name=name).name == "passwd"


def test_a_name_loses_what_cannot_be_shown_or_stored():
    stored = store(name="in/voice\u202egpj\n\x00\udcff.csv")

    assert stored.name == "voicegpj.csv"
    stored.refresh_from_db()
    assert stored.name == "voicegpj.csv"


def test_a_failed_write_leaves_neither_file_nor_row(settings, monkeypatch):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store(content=Broken())

    assert StoredFile.objects.count() == 0
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_a_damaged_file_is_not_opened_and_is_mended_by_storing_it_again():
    stored = store()
    path = file_path(stored)
    path.chmod(0o600)
    path.write_bytes(b"something else")

    with pytest.raises(FileDamaged, match=r"invoice\.pdf is not what was stored"):
        file_open(stored)

    store()
    with file_open(stored) as file:
        assert file.read() == CONTENT


def test_a_lost_file_says_so():
    stored = store()
    file_path(stored).unlink()

    with pytest.raises(FileNotFoundError, match="not on disk any more"):
        file_open(stored)


def test_the_folder_is_synced_after_the_file(monkeypatch):
    synced = []
    monkeypatch.setattr(services, "_sync_folder", synced.append)

    stored = store()

    assert synced == [file_path(stored).parent]


def test_files_kept_together_are_written_through_at_the_end(monkeypatch):
    synced = []
    fsync = services.os.fsync
    monkeypatch.setattr(services.os, "fsync", lambda handle: (synced.append(handle), fsync(handle)))

    with services.files_synced_together():
        stored = [store(content=b"one"), store(content=b"two"), store(content=b"one")]
        inside = len(synced)

    folders = {file_path(file).parent for file in stored}
    assert (inside, len(synced)) == (0, 2 + len(folders))
    assert [file_path(file).read_bytes() for file in stored] == [b"one", b"two", b"one"]
    store(content=b"three")
    assert len(synced) == 2 + len(folders) + 2


# Handing out --------------------------------------------------------------------------------------


def test_the_owner_gets_the_file_and_the_download_is_noted(fetch, owner):
    stored = store(owner=owner)

    response = fetch(stored.pk, REMOTE_ADDR="192.0.2.7")

    assert response.bytes == CONTENT
    access = FileAccess.objects.get()
    assert (access.file, access.user, access.address) == (stored, owner, "192.0.2.7")


def test_the_headers_are_safe(fetch, owner):
    response = fetch(store(owner=owner).pk)

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="invoice.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("content_type", "sent"),
    [
        ("text/html", "application/octet-stream"),
        ("text/html; charset=utf-8", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("text/csv", "text/csv"),
    ],
)
def test_what_a_browser_could_run_is_saved_not_shown(fetch, owner, content_type, sent):
    stored = store(name="page.html", content_type=content_type, owner=owner)

    response = fetch(stored.pk)

    assert response["Content-Type"] == sent
    assert response["Content-Disposition"] == 'attachment; filename="page.html"'


def test_a_name_cannot_break_out_of_its_header(fetch, owner):
    stored = store(name='x"\r\nSet-Cookie: a=b.pdf', owner=owner)

    response = fetch(stored.pk)

    assert "Set-Cookie" not in response.headers
    assert "\n" not in response["Content-Disposition"]


def test_somebody_else_is_told_there_is_no_such_file(client, owner):
    stored = store(owner=StaffFactory())

    response = client.get(f"/files/{stored.pk}/")

    assert (response.status_code, FileAccess.objects.count()) == (404, 0)


def test_a_purpose_that_nobody_spoke_for_is_closed_even_to_its_owner(client, owner):
    stored = store(purpose="unheard-of", owner=owner)

    assert client.get(f"/files/{stored.pk}/").status_code == 404


def test_without_a_log_in_there_is_no_file(client):
    assert client.get(f"/files/{store().pk}/").status_code == 404


def test_a_disabled_account_opens_nothing():
    user = StaffFactory(is_active=False)

    assert may_open(user, store(owner=user)) is False


def test_a_file_that_is_not_there_is_404(client, owner):
    assert client.get("/files/4711/").status_code == 404


def test_a_post_is_refused(client, owner):
    assert client.post(f"/files/{store(owner=owner).pk}/").status_code == 405


def test_a_damaged_file_is_not_handed_out(client, owner):
    stored = store(owner=owner)
    path = file_path(stored)
    path.chmod(0o600)
    path.write_bytes(b"something else")

    response = client.get(f"/files/{stored.pk}/")

    assert (response.status_code, FileAccess.objects.count()) == (410, 0)
