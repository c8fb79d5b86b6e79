"""Import of customers from a CSV file: choose it, see what would happen, then let it happen."""

import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget

from cases.admin.customer_resource import run_import
from cases.admin.navigation import list_url
from cases.choices import ObjectType
from cases.forms.customer_file import (
    MOST_ROWS,
    CustomerFile,
    CustomerFileForm,
    UnreadableFile,
    read_customer_file,
)
from cases.models import Customer
from cases.selectors.properties import accepted_definitions

SHOWN_ROWS = 100

_KEPT_SECONDS = 3_600
_PREFIX = "caseportal-import-"
_SALT = "cases.customer_import"


class CustomerImport(ModelAdmin):
    """The part of the admin of customers that takes them from a file."""

    actions_list = ("import_customers",)

    @action(
        description=gettext_lazy("Import"),
        url_path="import",
        icon="upload",
        # By a method: the theme would look names of permissions up before there is a table.
        permissions=("import",),
    )
    def import_customers(self, request: HttpRequest) -> HttpResponse:
        """Show the form; try a chosen file without writing; write one that was tried."""
        if request.method == "POST" and "token" in request.POST:
            return self._write(request)
        form = CustomerFileForm(request.POST or None, request.FILES or None)
        # The theme's script expects its own markup around an input for files.
        form.fields["file"].widget = UnfoldAdminFileFieldWidget({"accept": ".csv,text/csv"})
        if request.method == "POST" and form.is_valid():
            content = form.cleaned_data["file"].read()
            try:
                return self._try(request, content)
            except UnreadableFile as problem:
                form.add_error("file", str(problem))
        return self._page(request, form=form)

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may import: that adds and changes customers."""
        user = cast(User, request.user)
        return user.has_perms(("cases.add_customer", "cases.change_customer"))

    def _try(self, request: HttpRequest, content: bytes) -> HttpResponse:
        """Show what the file would do. Raises UnreadableFile."""
        definitions = accepted_definitions(ObjectType.CUSTOMER)
        read = read_customer_file(content, definitions)
        report = run_import(read.dataset, definitions, dry_run=True, shown=SHOWN_ROWS)
        writes = report.new + report.changed
        token = _keep(request, content) if writes else ""
        return self._page(
            request, report=report, ignored=_ignored(read), token=token, writes=writes
        )

    def _write(self, request: HttpRequest) -> HttpResponse:
        """Import the file that was tried, and say what was done."""
        content = _take(request)
        if content is None:
            text = _("The file is no longer there: choose it again.")
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(request.path)
        definitions = accepted_definitions(ObjectType.CUSTOMER)
        read = read_customer_file(content, definitions)
        report = run_import(read.dataset, definitions, dry_run=False, shown=0)
        text = _("Imported: %(new)s new, %(changed)s changed, %(refused)s left out.") % {
            "new": f"{report.new:,}",
            "changed": f"{report.changed:,}",
            "refused": f"{report.refused:,}",
        }
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(list_url(Customer))

    def _page(self, request: HttpRequest, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            "admin/cases/customer_import.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Import customers"),
                "opts": self.opts,
                "list_url": list_url(Customer),
                "fields_url": f"{reverse('admin:cases_customproperty_changelist')}?object=customer",
                "columns": list(accepted_definitions(ObjectType.CUSTOMER).values()),
                "most_rows": MOST_ROWS,
                "shown_rows": SHOWN_ROWS,
                **context,
            },
        )


def _ignored(read: CustomerFile) -> str:
    return ", ".join(read.ignored)


def _keep(request: HttpRequest, content: bytes) -> str:
    """Keep a tried file for an hour, readable by the portal alone; return a token for it."""
    _forget_old_files()
    with tempfile.NamedTemporaryFile(prefix=_PREFIX, delete=False) as kept:
        kept.write(content)
    return signing.dumps([kept.name, request.user.pk], salt=_SALT, compress=True)


def _take(request: HttpRequest) -> bytes | None:
    """Return and remove the file of a token, or None where it is not this user's or is gone."""
    try:
        name, user = signing.loads(request.POST["token"], salt=_SALT, max_age=_KEPT_SECONDS)
    except signing.BadSignature:
        return None
    if user != request.user.pk:
        return None
    try:
        content = Path(name).read_bytes()
    except FileNotFoundError:
        return None
    Path(name).unlink(missing_ok=True)
    return content


def _forget_old_files() -> None:
    for kept in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # Another process may remove it at the same moment.
        with suppress(FileNotFoundError):
            if kept.stat().st_mtime < time.time() - _KEPT_SECONDS:
                kept.unlink()
