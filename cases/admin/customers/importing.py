"""Import of customers from a CSV file: choose a file, preview it, import it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget

from cases.admin.common.formatting import format_number
from cases.admin.common.navigation import list_url
from cases.admin.customers.import_resource import run_import
from cases.choices import ObjectType
from cases.errors import NotFound
from cases.forms.customer_file import (
    FILE_MEGABYTES,
    MOST_ROWS,
    CustomerFileForm,
    UnreadableFile,
    hash_fields,
    read_customer_file,
)
from cases.forms.customer_headers import CustomerHeaders
from cases.models import Customer
from cases.properties.types import Definition
from cases.selectors.properties import accepted_definitions
from cases.services.customer_imports import (
    ImportJob,
    Row,
    Written,
    advance_import,
    find_import,
    forget_import,
    forget_old_imports,
    read_import_file,
    store_import,
    unfinished_imports,
)

SHOWN_ROWS = 100
PATIENCE_SECONDS = 5.0
"""How long one press of *Continue* works; a script asks for one step at a time."""


class CustomerImport(ModelAdmin):
    """The part of the admin of customers that imports a file."""

    actions_list = ("import_customers",)

    def get_urls(self) -> list[URLPattern]:
        """Return the URLs, with the page of an import that has started."""
        name = "cases_customer_import"
        page = path("import/<slug:key>/", self.admin_site.admin_view(self.import_page), name=name)
        return [page, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, and remove abandoned imports."""
        forget_old_imports()
        return cast(HttpResponse, super().changelist_view(request, *args, **kwargs))

    @action(
        description=gettext_lazy("Import"),
        url_path="import",
        icon="upload",
        # A method: the theme would look up permissions by name before the table exists.
        permissions=("import",),
    )
    def import_customers(self, request: HttpRequest) -> HttpResponse:
        """Show the form, or the preview of the chosen file."""
        form = CustomerFileForm(request.POST or None, request.FILES or None)
        # The theme's script expects its own markup around an input for files.
        form.fields["file"].widget = UnfoldAdminFileFieldWidget({"accept": ".csv,text/csv"})
        if request.method == "POST" and form.is_valid():
            content = form.cleaned_data["file"].read()
            try:
                return self._preview(request, content)
            except UnreadableFile as problem:
                form.add_error("file", _message(problem))
        return self._form(request, form)

    def import_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show the progress of one of the user's imports, or continue it; show the result at its end.

        A script gets JSON after each step, a form works for some seconds. A file whose fields have
        changed is previewed again.
        """
        if not self.has_import_permission(request):
            raise PermissionDenied
        try:
            job = find_import(key=key, owner_id=_owner(request))
            if request.method == "POST":
                return self._step(request, job)
        except NotFound as problem:
            self.message_user(request, problem.message, messages.WARNING)
            return HttpResponseRedirect(_form_url())
        if job.is_over:
            self.message_user(request, _outcome(job), messages.SUCCESS)
            return HttpResponseRedirect(list_url(Customer))
        if not job.handled:
            return HttpResponseRedirect(_form_url())  # Not confirmed: the page would start it.
        return self._page(
            request,
            "import_progress",
            job=job,
            progress=_progress(job),
            outcome=_outcome(job),
        )

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may import, which adds and changes customers."""
        user = cast(User, request.user)
        return user.has_perms(("cases.add_customer", "cases.change_customer"))

    def _preview(self, request: HttpRequest, content: bytes, **context: Any) -> HttpResponse:
        """Show the preview of the file. Raises UnreadableFile."""
        definitions = accepted_definitions(ObjectType.CUSTOMER)
        read = read_customer_file(content, definitions)
        report = run_import(read.dataset, definitions, dry_run=True, shown=SHOWN_ROWS)
        job = None
        if report.writing:
            job = store_import(
                owner_id=_owner(request),
                content=content,
                fields=hash_fields(definitions),
                headers=read.dataset.headers,
                rows=(read.dataset[index] for index in report.writing),
                refused=report.refused,
            )
        return self._page(
            request,
            "import",
            report=report,
            ignored=", ".join(read.ignored),
            job=job,
            writes=len(report.writing),
            shown_rows=SHOWN_ROWS,
            **context,
        )

    def _step(self, request: HttpRequest, job: ImportJob) -> HttpResponse:
        by_script = "application/json" in request.headers.get("Accept", "")
        definitions = accepted_definitions(ObjectType.CUSTOMER)
        if not job.is_over and job.fields != hash_fields(definitions):
            return self._new_preview(request, job, by_script=by_script)
        job = advance_import(
            key=job.key,
            owner_id=job.owner_id,
            write=partial(_write, definitions),
            seconds=0 if by_script else PATIENCE_SECONDS,
        )
        if not by_script:
            return HttpResponseRedirect(request.path)
        return JsonResponse(
            {
                "percent": job.percent,
                "progress": _progress(job),
                "outcome": _outcome(job),
                "over": job.is_over,
            }
        )

    def _new_preview(
        self, request: HttpRequest, job: ImportJob, *, by_script: bool
    ) -> HttpResponse:
        """Show a new preview of the job's file, or the form if it can't be read any more."""
        text = _("The customer fields have changed since the preview.")
        if by_script:
            text = f"{text} {_('Press Continue for a new preview.')}"
            return JsonResponse({"message": text}, status=409)
        try:
            answer = self._preview(request, read_import_file(job=job), changed=text)
        except UnreadableFile as problem:
            self.message_user(request, f"{text} {_message(problem)}", messages.WARNING)
            return HttpResponseRedirect(_form_url())
        forget_import(job=job)
        return answer

    def _form(self, request: HttpRequest, form: CustomerFileForm) -> HttpResponse:
        return self._page(
            request,
            "import",
            form=form,
            fields_url=f"{reverse('admin:cases_customproperty_changelist')}?object=customer",
            columns=CustomerHeaders(accepted_definitions(ObjectType.CUSTOMER)).by_name(),
            most_rows=MOST_ROWS,
            most_megabytes=FILE_MEGABYTES,
            unfinished=[
                (job, _progress(job)) for job in unfinished_imports(owner_id=_owner(request))
            ],
        )

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/cases/customers/{template}.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Import customers"),
                "opts": self.opts,
                "list_url": list_url(Customer),
                "form_url": _form_url(),
                **context,
            },
        )


def _owner(request: HttpRequest) -> int:
    return cast(User, request.user).pk


def _message(problem: UnreadableFile) -> str:
    numbers = {name: format_number(number) for name, number in problem.numbers.items()}
    return problem.message % numbers


def _form_url() -> str:
    return reverse("admin:cases_customer_import_customers")


def _write(
    definitions: Mapping[str, Definition], headers: Sequence[str], rows: Sequence[Row]
) -> Written:
    dataset = Dataset(*rows, headers=list(headers))
    report = run_import(dataset, definitions, dry_run=False, shown=0)
    return Written(report.new, report.changed, report.refused)


def _progress(job: ImportJob) -> str:
    return _("%(done)s of %(total)s rows") % {
        "done": format_number(job.handled),
        "total": format_number(job.total),
    }


def _outcome(job: ImportJob) -> str:
    return _("Imported: %(new)s new, %(changed)s changed, %(refused)s skipped.") % {
        "new": format_number(job.new),
        "changed": format_number(job.changed),
        "refused": format_number(job.refused),
    }
