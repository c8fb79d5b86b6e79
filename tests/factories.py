"""Makes what a test needs, and only that; every value can be given."""

from typing import Any

import factory
from django.contrib.auth.models import Group, User
from django.utils import timezone
from factory.django import DjangoModelFactory

from cases.choices import CaseStatus, ObjectType, PropertyStage, PropertyType
from cases.matching.normalise import handle_key, name_key
from cases.models import Author, Case, Customer, CustomProperty, Interaction, SavedView
from cases.selectors.api_keys import forget_keys
from cases.selectors.dashboard.figures import forget_figures
from cases.selectors.properties import forget_definitions
from cases.services.api_keys import issue_key
from cases.services.case_search import index_cases
from cases.services.customer_terms import add_customers_to_index

PASSWORD = "correct horse battery staple"


class UserFactory(DjangoModelFactory[User]):
    """A member of staff; `role` is a group's name, or None for no one in particular."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"staff{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")
    is_staff = True
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def role(user: User, create: bool, name: str | None, **_: Any) -> None:  # noqa: N805
        """Put the user into the group of that name."""
        if create and name:
            user.groups.add(Group.objects.get(name=name))


def agent(**values: Any) -> User:
    """Return a member of the group Agent, who works and closes cases."""
    return UserFactory.create(role="Agent", **values)


def team_lead(**values: Any) -> User:
    """Return a member of the group Team lead, who also sees customers."""
    return UserFactory.create(role="Team lead", **values)


def administrator(**values: Any) -> User:
    """Return a member of the group Administrator, who also has settings, keys and users."""
    return UserFactory.create(role="Administrator", **values)


class CustomerFactory(DjangoModelFactory[Customer]):
    """A customer without properties; one with properties can be searched for."""

    class Meta:
        model = Customer

    id = factory.Sequence(lambda n: f"customer-{n}")
    created = factory.LazyFunction(timezone.now)
    last_updated = factory.SelfAttribute("created")

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Customer:
        created: Customer = super()._create(model_class, *args, **kwargs)
        add_customers_to_index(customers=[created] if created.properties else [])
        return created


class CaseFactory(DjangoModelFactory[Case]):
    """An open case without posts, which can be searched for; `closed=True` for one that staff closed."""

    class Meta:
        model = Case

    class Params:
        closed = factory.Trait(
            status=CaseStatus.CLOSED,
            closed_at=factory.SelfAttribute("last_updated"),
            closed_by="somebody",
        )

    customer = factory.SubFactory(CustomerFactory)
    title = factory.Sequence(lambda n: f"Parcel {n} has not arrived")
    created = factory.LazyFunction(timezone.now)
    last_updated = factory.SelfAttribute("created")

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Case:
        created: Case = super()._create(model_class, *args, **kwargs)
        index_cases(case_ids=[created.pk])
        return created


class AuthorFactory(DjangoModelFactory[Author]):
    """A customer's account; `brand_owned=True` for one of the company's own."""

    class Meta:
        model = Author

    service = "twitter"
    service_id = factory.Sequence(lambda n: f"author-{n}")
    handle = factory.Sequence(lambda n: f"handle{n}")
    name = factory.Sequence(lambda n: f"Name {n}")
    handle_key = factory.LazyAttribute(lambda author: handle_key(author.handle))
    name_key = factory.LazyAttribute(lambda author: name_key(author.name))


class InteractionFactory(DjangoModelFactory[Interaction]):
    """A post of a case, by an author of the same service."""

    class Meta:
        model = Interaction

    case = factory.SubFactory(CaseFactory)
    service = "twitter"
    author = factory.SubFactory(AuthorFactory, service=factory.SelfAttribute("..service"))
    service_id = factory.Sequence(lambda n: f"post-{n}")
    content_type = "post"
    body = "Where is my parcel?"
    link_url = factory.LazyAttribute(lambda post: f"https://social.example/{post.service_id}")
    created = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Interaction:
        created: Interaction = super()._create(model_class, *args, **kwargs)
        index_cases(case_ids=[created.case_id])
        return created


class CustomPropertyFactory(DjangoModelFactory[CustomProperty]):
    """A live text field of a case; `list_values=[{"name": …, "value": …}]` for a list."""

    class Meta:
        model = CustomProperty

    object_type = ObjectType.CASE
    name = factory.Sequence(lambda n: f"field{n}")
    label = factory.Sequence(lambda n: f"Field {n}")
    type = PropertyType.TEXT
    position = factory.Sequence(lambda n: n)
    stage = PropertyStage.LIVE
    first_live = factory.LazyAttribute(
        lambda field: None if field.stage == PropertyStage.DRAFT else timezone.now()
    )

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> CustomProperty:
        created: CustomProperty = super()._create(model_class, *args, **kwargs)
        forget_definitions()
        return created


class SavedViewFactory(DjangoModelFactory[SavedView]):
    """A saved view of the case list that shows all cases; `shared=True` for one that all see."""

    class Meta:
        model = SavedView

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"View {n}")
    query = "tab=all"
    created = factory.LazyFunction(timezone.now)


def issue_header(integration: str = "Khoros") -> str:
    """Issue an API key and return the value of the `Authorization` header."""
    _, header = issue_key(integration=integration)
    return header


def forget() -> None:
    """Make the process read keys, definitions and figures again: before statements are counted.

    They are remembered for a second or more, which may be over anywhere in a test.
    """
    forget_keys()
    forget_definitions()
    forget_figures()
