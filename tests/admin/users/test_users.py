"""The people of the back office: who may add, change and promote whom."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory, administrator, agent

pytestmark = pytest.mark.django_db
LIST = reverse("admin:auth_user_changelist")
NEW_PASSWORD = "quite another horse 42"


@pytest.fixture
def admin_client(client: Client) -> Client:
    """Return a browser in which an administrator, who is no superuser, is signed in."""
    client.force_login(administrator(username="boss"))
    return client


def page(user: User, name: str = "change") -> str:
    """Return the address of a page of `user`."""
    if name == "password":
        return reverse("admin:auth_user_password_change", args=(user.pk,))
    return reverse(f"admin:auth_user_{name}", args=(user.pk,))


def form(user: User, **changes: Any) -> dict[str, Any]:
    """Return what the page of `user` sends when saved as it is, with `changes`."""
    roles = list(user.groups.values_list("pk", flat=True))
    fields = {"username": user.username, "email": user.email, "groups": roles, "is_active": "on"}
    return {name: value for name, value in (fields | changes).items() if value is not None}


def role(name: str) -> Group:
    """Return the role of that name."""
    return Group.objects.get(name=name)


def add(client: Client, **changes: Any) -> Any:
    """Send the form for a new user."""
    fields = {
        "username": "newcomer",
        "groups": [role("Agent").pk],
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
    }
    return client.post(reverse("admin:auth_user_add"), fields | changes)


def test_a_new_user_is_staff_has_the_role_and_can_sign_in(admin_client: Client) -> None:
    response = add(admin_client)
    assert response.status_code == 302
    assert response["Location"] == LIST
    user = User.objects.get(username="newcomer")
    assert user.is_staff
    assert not user.is_superuser
    assert [group.name for group in user.groups.all()] == ["Agent"]
    assert Client().login(username="newcomer", password=NEW_PASSWORD)


def test_a_new_user_needs_a_password_that_is_not_weak(admin_client: Client) -> None:
    response = add(admin_client, password1="password", password2="password")
    assert response.status_code == 200
    assert not User.objects.filter(username="newcomer").exists()


def test_nobody_is_made_superuser_or_given_permissions_by_a_forged_form(
    admin_client: Client,
) -> None:
    power = Permission.objects.get(codename="delete_case").pk
    forged = {"is_superuser": "on", "user_permissions": [power]}
    add(admin_client, **forged)
    user = User.objects.get(username="newcomer")
    assert not user.is_superuser
    assert not user.user_permissions.exists()
    admin_client.post(page(user), form(user, **forged))
    user.refresh_from_db()
    assert not user.is_superuser
    assert not user.user_permissions.exists()


def test_an_administrator_does_not_promote_themselves(client: Client) -> None:
    boss = administrator()
    client.force_login(boss)
    client.post(page(boss), form(boss, is_superuser="on"))
    boss.refresh_from_db()
    assert not boss.is_superuser


def test_an_administrator_changes_the_role_of_another(admin_client: Client) -> None:
    user = agent()
    response = admin_client.post(page(user), form(user, groups=[role("Team lead").pk]))
    assert response.status_code == 302
    assert [group.name for group in user.groups.all()] == ["Team lead"]


def test_a_group_that_gives_more_than_one_has_cannot_be_given(admin_client: Client) -> None:
    powerful = Group.objects.create(name="Powerful")
    powerful.permissions.add(Permission.objects.get(codename="delete_case"))
    user = agent()
    assert "Powerful" not in admin_client.get(page(user)).content.decode()
    response = admin_client.post(page(user), form(user, groups=[powerful.pk]))
    assert response.status_code == 200
    assert [group.name for group in user.groups.all()] == ["Agent"]


@pytest.mark.parametrize("is_active", [True, False])
def test_a_superuser_is_not_changed_by_an_administrator(
    admin_client: Client, is_active: bool
) -> None:
    root = UserFactory.create(username="root", is_superuser=True, is_active=is_active)
    assert admin_client.get(page(root)).status_code == 200
    assert admin_client.post(page(root), form(root, username="mine")).status_code == 403
    root.refresh_from_db()
    assert root.username == "root"


def test_the_password_of_a_superuser_is_not_reset_by_an_administrator(
    admin_client: Client,
) -> None:
    root = UserFactory.create(is_superuser=True)
    old = root.password
    fields = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert admin_client.get(page(root, "password")).status_code == 403
    assert admin_client.post(page(root, "password"), fields).status_code == 403
    root.refresh_from_db()
    assert root.password == old


def test_somebody_inactive_with_more_power_cannot_be_taken_over(admin_client: Client) -> None:
    user = UserFactory.create(is_active=False)
    user.user_permissions.add(Permission.objects.get(codename="delete_case"))
    fields = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert admin_client.post(page(user, "password"), fields).status_code == 403
    assert admin_client.post(page(user), form(user)).status_code == 403


def test_an_administrator_resets_the_password_of_an_agent(admin_client: Client) -> None:
    user = agent()
    assert "Set a new password" in admin_client.get(page(user)).content.decode()
    fields = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert admin_client.post(page(user, "password"), fields).status_code == 302
    assert Client().login(username=user.username, password=NEW_PASSWORD)


def test_nobody_locks_themselves_out(client: Client) -> None:
    boss = administrator()
    client.force_login(boss)
    assert client.post(page(boss), form(boss, is_active=None, groups=[])).status_code == 302
    boss.refresh_from_db()
    assert boss.is_active
    assert [group.name for group in boss.groups.all()] == ["Administrator"]


def test_a_person_who_leaves_is_made_inactive_and_not_deleted(admin_client: Client) -> None:
    user = agent()
    assert admin_client.post(page(user), form(user, is_active=None)).status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    assert admin_client.post(page(user, "delete"), {"post": "yes"}).status_code == 403


def test_a_superuser_may_make_another(client: Client) -> None:
    client.force_login(UserFactory.create(is_superuser=True))
    user = agent()
    client.post(page(user), form(user, is_superuser="on"))
    user.refresh_from_db()
    assert user.is_superuser


def test_the_hash_of_a_password_is_never_shown(admin_client: Client) -> None:
    user = agent()
    content = admin_client.get(page(user)).content.decode()
    assert user.password not in content
    assert user.password.split("$")[-1][:6] not in content


def test_the_list_shows_roles_with_the_same_queries_for_many(
    admin_client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        agent(username=f"agent{number}", first_name="<b>Ann</b>")
    with django_assert_max_num_queries(11):
        content = admin_client.get(LIST).content.decode()
    assert "&lt;b&gt;Ann&lt;/b&gt;" in content
    assert "<b>Ann" not in content


def test_roles_themselves_have_no_page(admin_client: Client) -> None:
    assert admin_client.get("/admin/auth/group/").status_code == 404


def test_the_path_writes_a_name_as_it_is(admin_client: Client) -> None:
    user = UserFactory.create(username="iOna")
    shown = admin_client.get(page(user)).content.decode()
    assert '<bdi dir="auto">iOna</bdi>' in shown
    assert '<bdi dir="auto">IOna</bdi>' not in shown
