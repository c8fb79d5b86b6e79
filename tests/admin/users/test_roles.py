"""The three roles: what the migration gives each, again and again, and takes away."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases.models import Case
from tests.factories import UserFactory, administrator, agent, team_lead

pytestmark = pytest.mark.django_db
roles = import_module("cases.migrations.0002_roles")


def permissions(role: str) -> set[str]:
    """Return the full names of the permissions of a role."""
    rows = Permission.objects.filter(group__name=role)
    return {
        f"{app}.{name}" for app, name in rows.values_list("content_type__app_label", "codename")
    }


def test_an_agent_works_cases_and_sees_authors_but_not_customers() -> None:
    assert permissions("Agent") == {
        "cases.view_case",
        "cases.change_case",
        "cases.view_interaction",
        "cases.view_author",
    }


def test_a_team_lead_also_sees_and_corrects_customers() -> None:
    more = permissions("Team lead") - permissions("Agent")
    assert more == {"cases.view_customer", "cases.change_customer"}


def test_an_administrator_also_has_fields_keys_and_users() -> None:
    more = permissions("Administrator") - permissions("Team lead")
    assert {"cases.add_customproperty", "cases.add_apikey", "auth.change_user"} <= more
    assert permissions("Team lead") <= permissions("Administrator")


@pytest.mark.parametrize("role", ["Agent", "Team lead", "Administrator"])
def test_no_role_may_delete_anything_or_change_roles(role: str) -> None:
    names = {name.partition(".")[2] for name in permissions(role)}
    assert not {name for name in names if name.startswith("delete_")}
    assert not names & {"change_group", "add_group"}


def test_the_migration_may_run_again_and_keeps_what_was_added() -> None:
    extra = Permission.objects.get(codename="delete_case")
    Group.objects.get(name="Agent").permissions.add(extra)
    before = permissions("Agent")
    roles.make_roles(apps, connection.schema_editor())
    assert permissions("Agent") == before
    assert Group.objects.count() == len(roles.ROLES)


def test_the_migration_makes_permissions_where_none_exists_yet() -> None:
    Group.objects.all().delete()
    Permission.objects.all().delete()
    roles.make_roles(apps, connection.schema_editor())
    assert permissions("Administrator") == set(roles.ADMINISTRATOR)
    assert Permission.objects.get(codename="view_customproperty").name == "Can view custom field"


def test_the_migration_can_be_reversed_and_its_members_stay() -> None:
    member = agent()
    roles.remove_roles(apps, connection.schema_editor())
    member.refresh_from_db()
    assert not Group.objects.filter(name__in=roles.ROLES).exists()
    assert not member.get_all_permissions()


PAGES = {
    "cases_case": "Agent",
    "cases_author": "Agent",
    "cases_customer": "Team lead",
    "cases_customproperty": "Administrator",
    "cases_apikey": "Administrator",
    "auth_user": "Administrator",
}
RANKS = ["nobody", "Agent", "Team lead", "Administrator"]


@pytest.mark.parametrize("rank", RANKS)
def test_each_list_opens_for_its_roles_and_refuses_the_others(client: Client, rank: str) -> None:
    makers = {"Agent": agent, "Team lead": team_lead, "Administrator": administrator}
    client.force_login(makers.get(rank, UserFactory.create)())
    for page, lowest in PAGES.items():
        status = client.get(reverse(f"admin:{page}_changelist")).status_code
        expected = 200 if RANKS.index(rank) >= RANKS.index(lowest) else 403
        assert status == expected, page


def test_the_content_types_of_the_migration_are_the_models_own() -> None:
    permission = Permission.objects.get(codename="view_case")
    assert permission.content_type.model_class() is Case
