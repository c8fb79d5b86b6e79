"""Links: external ones are checked, internal ones follow permissions."""

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.admin.common.untrusted_text import isolated, visible
from cases.models import Customer
from cases.models.customer import quote_key

_SCHEMES = {"http", "https"}


def is_safe_url(url: str) -> bool:
    """Tell whether `url` is safe to follow: absolute, http or https, without odd characters."""
    # Browsers drop control characters and read a backslash as a slash; real links have neither.
    if not url.isprintable() or "\\" in url or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in _SCHEMES and bool(parts.hostname)
    except ValueError:
        return False


def safe_link(url: str, text: str = "") -> SafeString:
    """Return a link to an untrusted `url` that shows `text`, or else the address.

    An address that is not a plain http(s) one is shown as text, never as a link; `""` if
    there is no address.
    """
    if is_safe_url(url):
        return format_html(
            '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
            url,
            visible(text or url),
        )
    return (
        format_html('<span class="unsafe-link" dir="ltr">{}</span>', visible(url))
        if url
        else SafeString()
    )


def object_link(request: HttpRequest, row: Model, text: str = "") -> SafeString:
    """Return a link to the page of `row`, or only its text if the user may not see that page."""
    return _page_link(request, type(row), row.pk, text or str(row))


def customer_link(request: HttpRequest, customer_id: str, name: str = "") -> SafeString:
    """Return a link that shows a customer's name, with the id as its title, or else the id."""
    # The link needs only the key: no query for the customer.
    link = _page_link(request, Customer, customer_id, name or customer_id)
    return format_html('<span title="{}">{}</span>', isolated(customer_id), link) if name else link


def _page_link(
    request: HttpRequest, model: type[Model], key: int | str | UUID, shown: str
) -> SafeString:
    if not _may_view(request, model):
        return format_html('<bdi dir="auto">{}</bdi>', visible(shown))
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    return format_html(
        '<a href="{}"><bdi dir="auto">{}</bdi></a>',
        reverse(name, args=(quote_key(key),)),
        visible(shown),
    )


def _may_view(request: HttpRequest, model: type[Model]) -> bool:
    if not admin.site.is_registered(model):
        return False
    return admin.site.get_model_admin(model).has_view_permission(request)
