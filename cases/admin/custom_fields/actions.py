"""The actions on a custom field; each returns a sentence that says what happened."""

from django.utils.translation import gettext as _

from cases.admin.custom_fields.messages import adoption_message, missing_values_message
from cases.choices import PropertyStage
from cases.models import CustomProperty
from cases.selectors.properties import count_missing_values
from cases.services.adoption import adopt_unmapped_values
from cases.services.properties import (
    archive_property,
    publish_property,
    restore_property,
    retire_property,
)


def publish(field: CustomProperty) -> str:
    """Offer a field to Khoros and fill in earlier unmapped values. Raises ValidationFailed."""
    entered = publish_property(property_id=field.pk)
    done = _("“%(field)s” is live and offered to Khoros.") % {"field": field.label}
    needed = (
        missing_values_message(count_missing_values(field.name)) if field.required_to_close else ""
    )
    return f"{done}{adoption_message(entered.adoption)}{needed}"


def _retire(field: CustomProperty) -> str:
    retire_property(property_id=field.pk)
    return _("“%(field)s” is retiring and no longer offered to Khoros.") % {"field": field.label}


def _archive(field: CustomProperty) -> str:
    archive_property(property_id=field.pk)
    return _("“%(field)s” is archived. Its stored values stay.") % {"field": field.label}


def _restore(field: CustomProperty) -> str:
    entered = restore_property(property_id=field.pk)
    stage = PropertyStage(entered.field.stage).label.lower()
    done = _("“%(field)s” was restored and is now %(stage)s.") % {
        "field": field.label,
        "stage": stage,
    }
    return f"{done}{adoption_message(entered.adoption)}"


def _fill_in(field: CustomProperty) -> str:
    adoption = adopt_unmapped_values(field=field)
    nothing = _("There are no unmapped values for “%(field)s” any more.") % {"field": field.label}
    return adoption_message(adoption).strip() or nothing


FIELD_ACTIONS = {
    "publish": publish,
    "retire": _retire,
    "archive": _archive,
    "restore": _restore,
    "fill-in": _fill_in,
}
