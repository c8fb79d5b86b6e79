"""Filters of the case list; none joins, so that none makes a case appear twice."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTransform
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter, RangeDateFilter
from unfold.contrib.filters.forms import HorizontalRadioForm
from unfold.utils import parse_date_str

from cases.models import Case, Interaction
from cases.properties.types import Definition
from cases.selectors.cases import services_in_use

Cases = QuerySet[Case]
Choices = Iterable[tuple[str, str]]


class ServiceFilter(DropdownFilter):
    """Cases with a post on the service."""

    title = "service"
    parameter_name = "service"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the services that posts came from, with the chosen one in any case."""
        chosen = request.GET.get(self.parameter_name)
        services = {*services_in_use(), *([chosen] if chosen else [])}
        return [(service, service) for service in sorted(services, key=str.casefold)]

    def queryset(self, request: HttpRequest, queryset: Cases) -> Cases:
        """Return the cases with such a post."""
        if not self.value():
            return queryset
        return queryset.filter(
            Exists(Interaction.objects.filter(case=OuterRef("pk"), service=self.value()))
        )


class YesNoFilter(RadioFilter):
    """A question with the answers all, yes and no."""

    form_class = HorizontalRadioForm

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the two answers."""
        return (("yes", _("Yes")), ("no", _("No")))


class BrandOwnedFilter(YesNoFilter):
    """Whether one of the company's own accounts has posted in the case."""

    title = "brand reply"
    parameter_name = "brand_owned"

    def queryset(self, request: HttpRequest, queryset: Cases) -> Cases:
        """Return the cases that have, or have not, a post of the brand."""
        if self.value() not in {"yes", "no"}:
            return queryset
        posted = Exists(Interaction.objects.filter(case=OuterRef("pk"), author__brand_owned=True))
        return queryset.filter(posted if self.value() == "yes" else ~posted)


class UnregisteredFilter(YesNoFilter):
    """Whether the case came with keys that no registered field takes."""

    title = "unregistered keys"
    parameter_name = "unregistered"

    def queryset(self, request: HttpRequest, queryset: Cases) -> Cases:
        """Return the cases that have, or have not, such keys."""
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(unregistered__isnull=self.value() == "no")


class WholeDaysFilter(RangeDateFilter):
    """A range of days, both ends included, in the portal's time zone."""

    def queryset(self, request: HttpRequest, queryset: Cases) -> Cases:
        """Return the cases of those days; an end that is not a date is no end."""
        first, last = self._day("from"), self._day("to")
        if first:
            queryset = queryset.filter(**{f"{self.field_path}__gte": first})
        if last:
            queryset = queryset.filter(**{f"{self.field_path}__lt": last + timedelta(days=1)})
        return queryset

    def _day(self, end: str) -> datetime | None:
        day = parse_date_str(self.used_parameters.get(f"{self.field_path}_{end}", ""))
        # The theme reads years that no time zone, and no day after them, can be reckoned with.
        if day is None or not 1900 <= day.year <= 9000:
            return None
        here = timezone.get_current_timezone()
        return datetime(day.year, day.month, day.day, tzinfo=here)


def make_list_filter(definition: Definition) -> type[DropdownFilter]:
    """Return a filter over the values of a list property."""

    class ListPropertyFilter(DropdownFilter):
        title = definition.label
        parameter_name = f"property_{definition.name}"

        def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
            return [(entry.value, entry.name) for entry in definition.list_values]

        def queryset(self, request: HttpRequest, queryset: Cases) -> Cases:
            if not self.value():
                return queryset
            # Not by a keyword: a name with two underscores would read as a path.
            stored = KeyTransform(definition.name, "properties")
            return queryset.alias(stored=stored).filter(stored=self.value())

    return ListPropertyFilter
