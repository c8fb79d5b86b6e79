"""The page of custom fields."""

import json
import re
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from cases.admin.common.formatting import time_ago
from cases.admin.custom_fields.actions import FIELD_ACTIONS
from cases.admin.custom_fields.form_views import add_page, change_page
from cases.admin.custom_fields.messages import settings_url
from cases.admin.custom_fields.rows import field_rows, unmapped_rows
from cases.choices import ObjectType, Operation, PropertyStage
from cases.errors import ValidationFailed
from cases.models import CustomProperty
from cases.properties.announcement import announce
from cases.selectors.properties import all_properties, count_uses
from cases.selectors.requests import last_fetched
from cases.selectors.unmapped_fields import UnmappedFields, find_unmapped_fields
from cases.services.properties import move_property, reorder_properties

_ID = re.compile(r"[0-9]{1,19}")
_TABS = {ObjectType.CASE: _lazy("Case fields"), ObjectType.CUSTOMER: _lazy("Customer fields")}
_DEFINITIONS_ROUTE = Operation.READ_DEFINITIONS.partition(" ")[2]


@admin.register(CustomProperty)
class CustomPropertyAdmin(ModelAdmin):
    """The custom fields, and the pages that add and change one. They are never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse it to everyone: a field is archived, and its values stay."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Return the page, its forms and its actions; the theme's list and form are not used."""
        view, name = self.admin_site.admin_view, "cases_customproperty"
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            path("add/", view(self.add_view), name=f"{name}_add"),
            path("order/", view(self.order_view), name=f"{name}_order"),
            path("<int:object_id>/change/", view(self.change_view), name=f"{name}_change"),
            path("<slug:object_id>/history/", view(self.history_view), name=f"{name}_history"),
            path("<int:object_id>/move/", view(self.move_view), name=f"{name}_move"),
            path(
                "<int:object_id>/stage/<slug:action>/", view(self.stage_view), name=f"{name}_stage"
            ),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show the fields of cases, or of customers for `?object=customer`."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            **_page(read_object_type(request.GET.get("object"))),
            "opts": self.opts,
            "title": _("Custom fields"),
            "may_add": self.has_add_permission(request),
            "may_change": self.has_change_permission(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/cases/custom_fields/page.html", context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Create a field, empty or prefilled from an unmapped key."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return add_page(self, request, read_object_type(request.GET.get("object")))

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Change a field, or show it to users who may not change it."""
        field = get_object_or_404(CustomProperty, pk=object_id)
        if not self.has_view_or_change_permission(request, field):
            raise PermissionDenied
        if request.method == "POST" and not self.has_change_permission(request, field):
            raise PermissionDenied
        return change_page(self, request, field)

    @method_decorator(require_POST)
    def stage_view(self, request: HttpRequest, object_id: int, action: str) -> HttpResponse:
        """Publish, retire, archive or restore a field, or fill in its unmapped values."""
        field = self._changeable(request, object_id)
        perform = FIELD_ACTIONS.get(action)
        if perform is None:
            raise Http404
        try:
            done = perform(field)
        except ValidationFailed as problem:
            messages.error(request, problem.message)
        else:
            self.log_change(request, field, done)
            messages.success(request, done)
        return HttpResponseRedirect(settings_url(field.object_type))

    @method_decorator(require_POST)
    def move_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Move a field one place up, or down for `steps=1`; works without scripts."""
        field = self._changeable(request, object_id)
        move_property(property_id=field.pk, steps=1 if request.POST.get("steps") == "1" else -1)
        return HttpResponseRedirect(f"{settings_url(field.object_type)}#field-{field.pk}")

    @method_decorator(require_POST)
    def order_view(self, request: HttpRequest) -> JsonResponse:
        """Store the order of the fields after dragging, and return the new preview."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        object_type = read_object_type(request.POST.get("object"))
        ids = [int(text) for text in request.POST.getlist("ids") if _ID.fullmatch(text)]
        reorder_properties(object_type=object_type, ids=ids)
        return JsonResponse({"preview": preview_text(object_type, all_properties(object_type))})

    def _changeable(self, request: HttpRequest, object_id: int) -> CustomProperty:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(CustomProperty, pk=object_id)


def read_object_type(text: str | None) -> str:
    """Return the object type of the requested tab; cases by default."""
    return text if text in ObjectType.values else str(ObjectType.CASE)


def preview_text(object_type: str, fields: list[CustomProperty]) -> str:
    """Return the JSON that Khoros will fetch, as text for people."""
    live = (field.definition for field in fields if field.stage == PropertyStage.LIVE)
    return json.dumps(announce(object_type, live), indent=2, ensure_ascii=False)


def in_step(object_type: str, fields: list[CustomProperty]) -> dict[str, Any]:
    """Return when Khoros last fetched the definitions, and whether it has the latest change.

    Only changes that Khoros can see count: those of fields that have been live.
    """
    fetched = last_fetched(object_type)
    changed = max((field.last_updated for field in fields if field.first_live), default=None)
    return {
        "fetched": time_ago(fetched) if fetched else "",
        "changed": time_ago(changed) if changed else "",
        "is_current": fetched is not None and (changed is None or fetched >= changed),
    }


def _page(object_type: str) -> dict[str, Any]:
    """Return what the page shows of an object, in four queries at most."""
    fields = all_properties(object_type)
    uses = count_uses(fields)
    shown = [field for field in fields if field.stage != PropertyStage.ARCHIVED]
    archived = [field for field in fields if field.stage == PropertyStage.ARCHIVED]
    # Only cases can have unmapped fields.
    has_unmapped = object_type == ObjectType.CASE
    unmapped = find_unmapped_fields() if has_unmapped else UnmappedFields([], 0, is_capped=False)
    return {
        "object_type": object_type,
        "tabs": [(entry, _TABS[entry], settings_url(entry)) for entry in ObjectType],
        "rows": field_rows(shown, uses),
        "archived": field_rows(archived, uses),
        "has_unmapped": has_unmapped,
        "unmapped": unmapped,
        "unmapped_rows": unmapped_rows(unmapped.keys, fields),
        "in_step": in_step(object_type, fields),
        "preview": preview_text(object_type, fields),
        "preview_path": reverse(_DEFINITIONS_ROUTE, kwargs={"object_type": object_type}),
        "portal_url": settings.PORTAL_URL,
    }
