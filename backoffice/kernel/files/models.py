"""Stored files: uploads and generated documents, kept by the hash of their content."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """A file under MEDIA_ROOT that never changes; its name is derived from its SHA-256.

    Not tracked by history: a stored file is written once and read many times, and each read is
    logged as a FileAccess.
    """

    digest = models.CharField("SHA-256", max_length=64, db_index=True)
    path = models.CharField(max_length=255, db_index=True, help_text="Path below MEDIA_ROOT; equal contents share it.")
    name = models.CharField("file name", max_length=255, help_text="Name offered at download.")
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("size in bytes")
    purpose = models.CharField(max_length=40, help_text="What the file is, for example upload, invoice_pdf, export.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "stored file"
        indexes = [models.Index(fields=["name", "purpose"], name="kernel_storedfile_by_name")]

    def __str__(self) -> str:
        return self.name


class FileAccess(models.Model):
    """One download of a stored file. Append-only."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="accesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        verbose_name = "file download"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file} at {self.at:%Y-%m-%d %H:%M}"
