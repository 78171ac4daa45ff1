"""The admin site."""

from __future__ import annotations

from django.contrib import admin


class BackofficeAdminSite(admin.AdminSite):
    """The back office: the admin site of the project."""

    site_header = "Backoffice"
    site_title = "Backoffice"
    index_title = "Today"
