"""Messages and addresses of the pages of custom fields."""

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.selectors.properties import MissingValues
from cases.services.adoption import Adoption


def settings_url(object_type: str) -> str:
    """Return the address of the custom fields of an object type."""
    return f"{reverse('admin:cases_customproperty_changelist')}?object={object_type}"


def adoption_message(adoption: Adoption) -> str:
    """Return what happened to unmapped values, as a sentence to append, or `""`."""
    words = ""
    if adoption.moved:
        words += " " + _("Filled in the unmapped values of %(cases)s.") % {
            "cases": cases_of(adoption.moved)
        }
    if adoption.left:
        words += " " + _(
            "The values of %(cases)s stay unmapped: they don't fit, or the case "
            "already has a value."
        ) % {"cases": cases_of(adoption.left)}
    return words


def cases_of(number: int) -> str:
    """Return a number of cases in words: `1 case`, `1,204 cases`."""
    words = ngettext("%(number)s case", "%(number)s cases", number)
    return words % {"number": grouped(number)}


def customers_of(number: int) -> str:
    """Return a number of customers in words: `1 customer`, `1,204 customers`."""
    words = ngettext("%(number)s customer", "%(number)s customers", number)
    return words % {"number": grouped(number)}


def missing_values_message(lacking: MissingValues) -> str:
    """Return how many open cases need a value and have none, as a sentence to append."""
    if not lacking.sampled:
        return ""
    if not lacking.number:
        return " " + _("All open cases already have a value.")
    if lacking.is_capped:
        words = _(
            "%(number)s of the %(cases)s that are open and were changed last have no "
            "value yet. They need one before they can be closed."
        )
        return " " + words % {
            "number": grouped(lacking.number),
            "cases": cases_of(lacking.sampled),
        }
    words = ngettext(
        "%(number)s open case has no value yet and needs one before it can be closed.",
        "%(number)s open cases have no value yet and need one before they can be closed.",
        lacking.number,
    )
    return " " + words % {"number": grouped(lacking.number)}


def grouped(number: int) -> str:
    """Return a number with grouped digits, as the reader writes it: `1,204`."""
    return number_format(number, use_l10n=True, force_grouping=True)
