"""The addresses of the project: the admin at /admin/, the API under /api/."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from backoffice.kernel.files.views import file_view
from backoffice.site import confirmed

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/second-factor/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("files/<int:file_id>/", confirmed(file_view), name="file"),
    path("language/", include("django.conf.urls.i18n")),
    path("api/", include("backoffice.api")),
]
