"""What cases need around them: staff, custom fields, tags, the company's accounts; made where missing."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, User

from cases.choices import ObjectType, PropertyType
from cases.models import Author, CustomProperty, Integration, Tag
from cases.properties.types import Definition, ListValue
from cases.selectors.properties import announced_definitions
from cases.selectors.staff import person_name
from cases.services.properties import create_property, publish_property
from devtools.khoros.networks import COMPANY, NETWORKS
from devtools.seeding.plan import Blank, Brand, Staff, make_blank
from devtools.seeding.texts import STAFF, TAGS, TOPICS

INTEGRATION = "Khoros"
_ROLE = "Agent"
_DOMAIN = "halden-air.example"


def _list(*names: str) -> tuple[ListValue, ...]:
    return tuple(ListValue(name, name.lower().replace(" ", "-")) for name in names)


FIELDS: dict[str, tuple[Definition, ...]] = {
    ObjectType.CASE: (
        Definition(
            "category",
            "Category",
            PropertyType.SINGLE_SELECT_LIST,
            _list("Lost luggage", "Delay", "Refund", "Check-in", "Praise", "Other"),
        ),
        Definition(
            "priority",
            "Priority",
            PropertyType.SINGLE_SELECT_LIST,
            _list("Low", "Normal", "High", "Urgent"),
        ),
        Definition("bookingReference", "Booking reference", PropertyType.TEXT),
        Definition("flightNumber", "Flight", PropertyType.TEXT),
        Definition("compensationDue", "Compensation due", PropertyType.CHECKBOX),
    ),
    ObjectType.CUSTOMER: (
        Definition("fullName", "Full name", PropertyType.TEXT, searchable=True),
        Definition("email", "Email", PropertyType.TEXT, searchable=True),
        Definition("phone", "Phone", PropertyType.TEXT, searchable=True),
        Definition("clubNumber", "Club number", PropertyType.TEXT, searchable=True),
    ),
}


def ensure_staff() -> tuple[Staff, ...]:
    """Return the invented people who work the cases; none of them has a password."""
    role = Group.objects.get(name=_ROLE)
    staff = []
    for name in STAFF:
        given, family = name.split(" ")
        username = f"{given}.{family}".lower().replace("ø", "oe")
        user = User.objects.filter(username=username).first()
        if user is None:
            user = User(username=username, first_name=given, last_name=family, is_staff=True)
            user.email = f"{username}@{_DOMAIN}"
            user.set_unusable_password()
            user.save()
            user.groups.add(role)
        staff.append(Staff(user.pk, person_name(user)))
    return tuple(staff)


def ensure_fields() -> dict[str, tuple[Blank, ...]]:
    """Return the live fields to fill in; registers some for an object that has none at all."""
    subjects = {name: topic.subject for name, topic in TOPICS.items()}
    blanks = {}
    for object_type, wanted in FIELDS.items():
        if not CustomProperty.objects.filter(object_type=object_type).exists():
            for definition in wanted:
                field = create_property(object_type=object_type, definition=definition)
                publish_property(property_id=field.pk)
        live = announced_definitions(object_type)
        blanks[object_type] = tuple(make_blank(definition, subjects) for definition in live)
    return blanks


def field_names() -> frozenset[str]:
    """Return the names of the cases' fields of every stage, folded: nothing else may have them."""
    fields = CustomProperty.objects.filter(object_type=ObjectType.CASE)
    return frozenset(name.casefold() for name in fields.values_list("name", flat=True))


def ensure_tags() -> tuple[str, ...]:
    """Return the tags as the catalogue spells them."""
    known = {tag.name.casefold(): tag.name for tag in Tag.objects.all()}
    Tag.objects.bulk_create(Tag(name=name) for name in TAGS if name.casefold() not in known)
    return tuple(known.get(name.casefold(), name) for name in TAGS)


def ensure_brands() -> dict[str, tuple[Brand, ...]]:
    """Return the company's own accounts by service."""
    return {network.service: tuple(_brands(network.service)) for network in NETWORKS}


def ensure_integration() -> int:
    """Return the id of the integration that opened the cases."""
    found = Integration.objects.filter(for_checks=False).order_by("pk").first()
    return (found or Integration.objects.create(name=INTEGRATION)).pk


def _brands(service: str) -> Iterable[Brand]:
    (network,) = (network for network in NETWORKS if network.service == service)
    for account in network.accounts:
        new = Author(handle=account.handle, name=COMPANY, brand_owned=True)
        new.set_keys()
        values = {
            name: getattr(new, name)
            for name in ("handle", "name", "brand_owned", "handle_key", "name_key")
        }
        author, _ = Author.objects.get_or_create(
            service=service, service_id=account.service_id, defaults=values
        )
        yield Brand(author.pk, author.handle, author.name)
