"""The back office at /admin/, the API's description at /docs, the API everywhere else."""

import re

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from cases.api.schema.pages import docs_page, openapi_document

# Slashes collapse in front of the prefix and within it, as they do after it.
_API = rf"^/*{re.escape(settings.API_PREFIX).replace('/', '/+')}" if settings.API_PREFIX else ""

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    # The theme's breadcrumbs lead to these bare lists of models; show the dashboard instead.
    path("admin/cases/", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/auth/", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("docs", docs_page, name="docs"),
    path("docs/", RedirectView.as_view(pattern_name="docs")),
    path("docs/openapi.json", openapi_document, name="openapi"),
    re_path(_API, include("cases.api.urls")),
]
