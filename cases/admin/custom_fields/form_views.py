"""The pages that create and change a custom field."""

import json
from collections.abc import Callable, Collection
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from unfold.widgets import INPUT_CLASSES

from cases.admin.custom_fields.actions import publish
from cases.admin.custom_fields.messages import missing_values_message, settings_url
from cases.choices import ObjectType, PropertyStage, PropertyType
from cases.errors import FieldError, ValidationFailed
from cases.forms.definition import TYPE_HINTS, DefinitionForm, change_rows
from cases.models import CustomProperty
from cases.properties.announcement import announce_field
from cases.properties.names import MAX_LENGTH
from cases.properties.types import Definition, ListValue
from cases.properties.unmapped import suggest_label
from cases.selectors.properties import count_missing_values
from cases.selectors.unmapped_fields import count_cases_with
from cases.services.conflicts import ChangedMeanwhileError
from cases.services.properties import create_property, update_property

_BLANK_ROWS = 3
_CHOICES = {"type": PropertyType, "stage": PropertyStage}


def add_page(
    admin: "ModelAdmin[CustomProperty]", request: HttpRequest, object_type: str
) -> HttpResponse:
    """Show the form for a new field; save it as a draft, or save and publish it."""
    name = request.GET.get("name", "")[:MAX_LENGTH]
    form = DefinitionForm(
        request.POST or None, object_type=object_type, initial=_suggestion(request, name)
    )

    def save() -> CustomProperty:
        field = create_property(object_type=object_type, definition=form.definition)
        admin.log_addition(request, field, _("Created as a draft."))
        return field

    done = _submit(admin, request, form, save)
    context = {
        "title": _("New case field") if object_type == ObjectType.CASE else _("New customer field"),
        "object_type": object_type,
        "stage": PropertyStage.DRAFT,
        "unmapped_cases": _unmapped_cases(object_type, name),
    }
    return done or _show(admin, request, _redrawn(request, form, object_type, None), context)


def change_page(
    admin: "ModelAdmin[CustomProperty]", request: HttpRequest, field: CustomProperty
) -> HttpResponse:
    """Show the form for a field, read-only for users who may not change it."""
    object_type = field.object_type
    form = DefinitionForm(request.POST or None, object_type=object_type, field=field)

    def save() -> CustomProperty:
        changed = update_property(
            property_id=field.pk, definition=form.definition, shown=form.shown
        )
        names = ", ".join(form.changed_data) or _("nothing")
        admin.log_change(request, changed, _("Changed: %(fields)s.") % {"fields": names})
        return changed

    others_changes: list[dict[str, Any]] = []
    try:
        done = _submit(admin, request, form, save)
    except ChangedMeanwhileError as conflict:
        done = None
        field.refresh_from_db()
        others_changes = _others_changes(form, field.definition, conflict.fields)
        # Keep what was typed, based on what is stored now: who saves again has seen the change.
        form = DefinitionForm(object_type=object_type, field=field, initial=form.typed)
    context = {
        "title": field.label,
        "others_changes": others_changes,
        "original": field,
        "object_type": object_type,
        "stage": PropertyStage(field.stage),
        "unmapped_cases": _unmapped_cases(object_type, field.name) if field.stage == "draft" else 0,
    }
    return done or _show(admin, request, _redrawn(request, form, object_type, field), context)


def _submit(
    admin: "ModelAdmin[CustomProperty]",
    request: HttpRequest,
    form: DefinitionForm,
    save: Callable[[], CustomProperty],
) -> HttpResponse | None:
    """Save the form and leave the page, or return None to show it again."""
    if request.method != "POST" or "_rows" in request.POST:
        return None
    publishes = "_publish" in request.POST
    if publishes and not admin.has_change_permission(request):
        raise PermissionDenied
    if not form.is_valid():
        return None
    try:
        field = save()
        done = _saved(field, "required_to_close" in form.changed_data)
        if publishes and field.stage == PropertyStage.DRAFT:
            done = publish(field)
            admin.log_change(request, field, done)
    except ValidationFailed as problem:
        form.show_problems(problem.fields or [FieldError("", problem.message)])
        return None
    messages.success(request, done)
    return HttpResponseRedirect(settings_url(field.object_type))


def _others_changes(
    form: DefinitionForm, stored: Definition, changed: Collection[str]
) -> list[dict[str, Any]]:
    """Return what others `changed`: its label, its current value, and whether this person typed it."""
    labels = {name: field.label for name, field in form.fields.items()} | {"stage": _("Stage")}
    typed = form.typed
    return [
        {"label": label, "now": _now(name, form.shown, stored), "is_typed": name in typed}
        for name, label in labels.items()
        if name in changed
    ]


def _now(name: str, shown: Definition | None, stored: Definition) -> list[str]:
    """Return the current value of a part of a definition in words; for a list, its changes."""
    if name == "list_values":
        return _list_changes(shown.list_values if shown else (), stored.list_values)
    value = getattr(stored, name)
    if isinstance(value, bool):
        return [_("Yes") if value else _("No")]
    return [str(_CHOICES[name](value).label) if name in _CHOICES else value]


def _list_changes(before: Collection[ListValue], now: Collection[ListValue]) -> list[str]:
    sentences = [
        (_("Added: %(values)s."), [entry for entry in now if entry not in before]),
        (_("Removed: %(values)s."), [entry for entry in before if entry not in now]),
    ]
    words = [words % {"values": _listed(entries)} for words, entries in sentences if entries]
    return words or [_("Reordered.")]


def _listed(entries: Collection[ListValue]) -> str:
    return ", ".join(
        entry.name if entry.name == entry.value else f"{entry.name} ({entry.value})"
        for entry in entries
    )


def _saved(field: CustomProperty, requirement_changed: bool) -> str:
    """Return what was saved, and how many open cases need a value if it is newly required."""
    if field.stage == PropertyStage.DRAFT:
        message = _("“%(field)s” was saved as a draft. It isn't offered to Khoros yet.")
        return message % {"field": field.label}
    done = _("“%(field)s” was saved.") % {"field": field.label}
    newly_required = requirement_changed and field.required_to_close
    if newly_required and field.stage == PropertyStage.LIVE:
        done += missing_values_message(count_missing_values(field.name))
    return done


def _suggestion(request: HttpRequest, name: str) -> dict[str, Any]:
    """Return the initial values of the form for an unmapped key."""
    wanted = request.GET.get("type", "")
    suggested = {"type": wanted} if wanted in PropertyType.values else {}
    return suggested | ({"name": name, "label": suggest_label(name)} if name else {})


def _unmapped_cases(object_type: str, name: str) -> int:
    """Return how many cases have an unmapped value of that name."""
    return count_cases_with(name) if name and object_type == ObjectType.CASE else 0


def _redrawn(
    request: HttpRequest, form: DefinitionForm, object_type: str, field: CustomProperty | None
) -> DefinitionForm:
    """Return the form as typed, unchecked, if only its rows were changed without scripts."""
    change = request.POST.get("_rows")
    if change is None:
        return form
    typed = {name: form[name].value() for name in form.fields}
    typed["list_values"] = change_rows(typed["list_values"], change)
    redrawn = DefinitionForm(object_type=object_type, field=field, initial=typed)
    redrawn.shown = form.shown
    return redrawn


def _show(
    admin: "ModelAdmin[CustomProperty]",
    request: HttpRequest,
    form: DefinitionForm,
    extra: dict[str, Any],
) -> TemplateResponse:
    field = extra.get("original")
    may_change = field is None or admin.has_change_permission(request, field)
    for name in ("label", "name"):
        form.fields[name].widget.attrs["class"] = " ".join(INPUT_CLASSES)
    if not may_change:
        for entry in form.fields.values():
            entry.disabled = True
    listed = form.definition.list_values
    preview = json.dumps(announce_field(form.definition), indent=2, ensure_ascii=False)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "form": form,
        "types": [(choice, TYPE_HINTS[choice.data["value"]]) for choice in form["type"]],
        "ticks": [
            form[name] for name in ("searchable", "required_to_close") if name in form.fields
        ],
        "list_values": listed,
        "blank_rows": range(may_change and (1 if listed else _BLANK_ROWS)),
        "input_classes": " ".join(INPUT_CLASSES),
        "may_change": may_change,
        "may_publish": admin.has_change_permission(request),
        "back_url": settings_url(extra["object_type"]),
        "preview": preview,
        **extra,
    }
    return TemplateResponse(request, "admin/cases/custom_fields/form.html", context)
