"""The page of a customer: its fields, which staff may correct, and its cases."""

from collections.abc import Collection
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from cases.admin.common.formatting import time_at
from cases.admin.common.long_text import labelled_texts
from cases.admin.common.navigation import list_url, may_open
from cases.admin.common.property_inputs import (
    listed_labels,
    removed_texts,
    saved_message,
    style_properties,
    values_now,
)
from cases.admin.common.read_only import ROWS_SHOWN, ReadOnlyAdmin
from cases.admin.common.recent_cases import case_rows
from cases.choices import ObjectType
from cases.forms.properties import PropertiesForm
from cases.models import Case, Customer
from cases.selectors.customers.customer import customer_cases, customer_name
from cases.selectors.properties import accepted_definitions
from cases.services.conflicts import ChangedMeanwhileError, changed_since
from cases.services.customers import update_customer


class CustomerPage(ReadOnlyAdmin):
    """The part of the admin of customers that shows one customer."""

    page_template = "admin/cases/customers/page.html"
    page_methods = ("GET", "HEAD", "POST")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether the user may correct the fields of customers."""
        return cast(User, request.user).has_perm("cases.change_customer")

    def answer_page(self, request: HttpRequest, row: Customer) -> HttpResponse:
        """Show a customer, or save corrections."""
        if request.method != "POST":
            return self.show_page(request, row)
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = _make_form(row, request.POST)
        return (
            self._save(request, row, form) if form.is_valid() else self._refuse(request, row, form)
        )

    def page_context(self, request: HttpRequest, row: Customer) -> dict[str, Any]:
        """Return the customer's fields by label or as a form, and the newest cases."""
        cases = customer_cases(row, limit=ROWS_SHOWN + 1)
        is_cut = len(cases) > ROWS_SHOWN
        all_cases = f"{list_url(Case)}?{urlencode({'customer__id__exact': row.pk})}"
        name = customer_name(row.properties)
        return {
            "title": name or row.pk,
            "customer": row,
            "khoros": row.khoros_context or {},
            "created": time_at(row.created),
            "last_updated": time_at(row.last_updated),
            "name": name,
            "form": style_properties(_make_form(row))
            if self.has_change_permission(request)
            else None,
            "fields": labelled_texts(
                row.properties, accepted_definitions(ObjectType.CUSTOMER).values()
            ),
            "rows": case_rows(request, cases[:ROWS_SHOWN], moment="created", with_customer=False),
            "rows_shown": ROWS_SHOWN if is_cut else 0,
            "all_cases_url": all_cases if may_open(request, Case) else "",
        }

    def _save(self, request: HttpRequest, customer: Customer, form: PropertiesForm) -> HttpResponse:
        """Store the changes, or show those of others that conflict with them."""
        try:
            changes = update_customer(
                customer_id=customer.pk, properties=form.changes, shown=form.shown
            )
        except ChangedMeanwhileError as conflict:
            customer.refresh_from_db()
            others = _others(form, customer)
            form.show_conflict(customer.properties, conflict.fields)
            return self._refuse(request, customer, form, {*conflict.fields, *others})
        if changes:
            names = {"fields": listed_labels(form, changes)}
            self.log_change(request, customer, _("Changed: %(fields)s.") % names)
        self.message_user(request, saved_message(form, changes), messages.SUCCESS)
        if others := _others(form, customer):
            text = _("Changed by others since you opened this page: %(fields)s.")
            self.message_user(request, text % {"fields": listed_labels(form, others)})
        return HttpResponseRedirect(request.get_full_path())

    def _refuse(
        self,
        request: HttpRequest,
        customer: Customer,
        form: PropertiesForm,
        changed: Collection[str] = (),
    ) -> HttpResponse:
        """Show the form again with everything that was typed, and what others have `changed`."""
        return self.show_page(
            request,
            customer,
            form=style_properties(form),
            is_refused=True,
            now=values_now(form, changed, customer.properties),
            removed_fields=removed_texts(form, ObjectType.CUSTOMER),
        )


def _make_form(customer: Customer, data: QueryDict | None = None) -> PropertiesForm:
    definitions = accepted_definitions(ObjectType.CUSTOMER)
    return PropertiesForm(data, definitions=definitions, stored=customer.properties)


def _others(form: PropertiesForm, customer: Customer) -> set[str]:
    """Return the fields that others have changed since and this person has not."""
    return changed_since(form.shown, customer.properties) - set(form.changed_data)
