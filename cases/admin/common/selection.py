"""The cases that were selected in the list: ticked ones, or all."""

from django.http import HttpRequest

from cases.errors import ValidationFailed
from cases.forms.bulk import SelectionForm
from cases.services.bulk import Selection


def read_selection(request: HttpRequest, *, query: str | None = None) -> Selection:
    """Return the selected cases, of the list at `query` or of the query in the form.

    Raises ValidationFailed if none are selected or the query is too long.
    """
    data = request.POST.copy()
    if query is not None:
        data["query"] = query
    form = SelectionForm(data)
    if not form.is_valid():
        raise ValidationFailed(form.problem)
    return form.selection
