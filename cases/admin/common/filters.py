"""Filters shared by several lists."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter
from unfold.contrib.filters.forms import HorizontalRadioForm

from cases.selectors.cases import services_in_use

Choices = Iterable[tuple[str, str]]


class ServiceFilter(DropdownFilter):
    """One of the services that posts come from; each list says how it applies."""

    title = gettext_lazy("service")
    parameter_name = "service"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the services that posts came from, and always the chosen one."""
        chosen = request.GET.get(self.parameter_name)
        services = {*services_in_use(), *([chosen] if chosen else [])}
        return [(service, service) for service in sorted(services, key=str.casefold)]


class YesNoFilter(RadioFilter):
    """A question with the answers all, yes and no."""

    form_class = HorizontalRadioForm

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the two answers."""
        return (("yes", _("Yes")), ("no", _("No")))
