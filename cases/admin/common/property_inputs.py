"""Inputs and messages for editing custom fields on the page of a case or a customer."""

from collections.abc import Collection, Mapping

from django.forms import Form
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from unfold.widgets import BASE_INPUT_CLASSES

from cases.admin.common.long_text import Text, labelled_texts
from cases.choices import PropertyType
from cases.forms.properties import PropertiesForm
from cases.properties.types import Definition, display_value
from cases.selectors.properties import past_and_present_definitions


def style_inputs(form: Form) -> None:
    """Add the theme's styles to the inputs, and let the text set their direction."""
    for field in form.fields.values():
        field.widget.attrs |= {"class": " ".join(BASE_INPUT_CLASSES), "dir": "auto"}


def style_properties(form: PropertiesForm) -> PropertiesForm:
    """Style the inputs, and link each to its hints in `property_inputs.html`."""
    style_inputs(form)
    for field, definition in form.rows:
        descriptions = {
            f"required-{field.name}": definition.keeps_open,
            f"changed-{field.name}": field.name in form.both_changed,
            f"{field.auto_id}_error": bool(field.errors),
        }
        if any(descriptions.values()):
            ids = " ".join(key for key, is_shown in descriptions.items() if is_shown)
            field.field.widget.attrs["aria-describedby"] = ids
    return form


def values_now(
    form: PropertiesForm, names: Collection[str], stored: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the labels of some fields and their `stored` values, as staff read them."""
    return [
        (definition.label, display_value(stored.get(name, ""), definition))
        for name, definition in form.definitions.items()
        if name in names
    ]


def removed_texts(form: PropertiesForm, object_type: str) -> list[tuple[str, Text]]:
    """Return what was typed into fields that have since been archived, by their labels."""
    known = past_and_present_definitions(object_type)
    unknown = PropertyType.TEXT
    found = [known.get(name) or Definition(name, name, unknown) for name in form.removed_input]
    return labelled_texts(form.removed_input, found)


def saved_message(form: PropertiesForm, names: Collection[str]) -> str:
    """Return a sentence that names the changed fields."""
    if not names:
        return _("No changes to save.")
    return _("Saved: %(fields)s.") % {"fields": listed_labels(form, names)}


def listed_labels(form: PropertiesForm, names: Collection[str]) -> str:
    """Return the labels of some fields as part of a sentence."""
    labels = [found.label for name, found in form.definitions.items() if name in names]
    return get_text_list(labels, _("and"))
