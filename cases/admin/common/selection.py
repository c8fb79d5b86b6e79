"""The cases that a person chose in the list, ticked or all of it."""

from django.http import HttpRequest

from cases.errors import ValidationFailed
from cases.forms.bulk import SelectionForm
from cases.services.bulk import Selection


def read_selection(request: HttpRequest, *, query: str | None = None) -> Selection:
    """Return the cases that were chosen, of the list at `query` or as the form says.

    Raises ValidationFailed where none was, or where the query is too long.
    """
    data = request.POST.copy()
    if query is not None:
        data["query"] = query
    form = SelectionForm(data)
    if not form.is_valid():
        raise ValidationFailed(form.problem)
    return form.selection
