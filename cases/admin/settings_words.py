"""Sentences and addresses that the pages of the settings share."""

from django.urls import reverse

from cases.services.adoption import Adoption


def settings_url(object_type: str) -> str:
    """Return the address of the settings page with the tab of an object."""
    return f"{reverse('admin:cases_customproperty_changelist')}?object={object_type}"


def adoption_words(adoption: Adoption) -> str:
    """Return what became of kept values as a sentence after another, `""` where there were none."""
    words = ""
    if adoption.brought_in:
        words += f" Brought in the kept values of {count_of(adoption.brought_in, 'case')}."
    if adoption.left:
        words += (
            f" Left the kept values of {count_of(adoption.left, 'case')} as unregistered: "
            "they do not fit, or the case has a value already."
        )
    return words


def count_of(number: int, noun: str) -> str:
    """Return a number of things in words: `1 case`, `1,204 cases`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
