"""The back office at /admin/, the API's description at /docs, the API everywhere else."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from cases.api.schema.pages import docs_page, openapi_document

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    # The theme's breadcrumbs lead to these bare lists of models; the dashboard says more.
    path("admin/cases/", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/auth/", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("docs", docs_page, name="docs"),
    path("docs/", RedirectView.as_view(pattern_name="docs")),
    path("docs/openapi.json", openapi_document, name="openapi"),
    path(settings.API_PREFIX, include("cases.api.urls")),
]
