"""The commands by which a portal is set up."""

import json
import shlex
import subprocess
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from cases.models import ApiKey, Case
from tests.factories import UserFactory, issue_header

pytestmark = pytest.mark.django_db


def run(*command: str) -> str:
    """Run a management command and return what it prints on standard output."""
    output = StringIO()
    call_command(*command, stdout=output)
    return output.getvalue()


def printed_after(label: str, output: str) -> str:
    """Return the rest of the line that starts with `label`."""
    lines = [line.strip() for line in output.splitlines()]
    return next(line.removeprefix(label).strip() for line in lines if line.startswith(label))


def printed_call(output: str) -> list[str]:
    """Return the words of the printed curl command, as a shell reads them."""
    return shlex.split(printed_after("curl", output))


def test_issue_api_key_prints_the_header_value_alone(client: Client) -> None:
    printed = run("issue_api_key", "Khoros")
    assert printed.startswith("Api-Key ")
    assert printed.count("\n") == 1
    answer = client.get("/meta/object/case", headers={"authorization": printed.strip()})
    assert answer.status_code == 200


def test_issue_api_key_adds_a_key_to_an_integration_that_is_there() -> None:
    run("issue_api_key", "Khoros")
    run("issue_api_key", " Khoros ")
    assert [key.integration.name for key in ApiKey.objects.all()] == ["Khoros", "Khoros"]


@pytest.mark.parametrize("name", ["", "   ", "nul\x00", "half \ud800"])
def test_issue_api_key_refuses_a_name_that_cannot_be_one(name: str) -> None:
    with pytest.raises(CommandError, match="NAME is invalid"):
        run("issue_api_key", name)
    assert not ApiKey.objects.exists()


def test_issue_api_key_refuses_a_name_that_is_too_long() -> None:
    run("issue_api_key", "x" * 50)
    with pytest.raises(CommandError, match="Use at most 50 characters; this has 51"):
        run("issue_api_key", "x" * 51)


def test_first_run_makes_a_user_who_can_sign_in(client: Client) -> None:
    password = printed_after("Password", run("first_run"))
    assert client.login(username="admin", password=password)
    assert User.objects.get().is_superuser


def test_first_run_makes_a_key_for_khoros(client: Client) -> None:
    header = "Api-Key " + printed_after("Api-Key", run("first_run"))
    answer = client.get("/meta/object/case", headers={"authorization": header})
    assert answer.status_code == 200
    assert ApiKey.objects.get().integration.name == "Khoros"


def test_the_printed_call_posts_a_case(client: Client) -> None:
    words = printed_call(run("first_run"))
    headers = dict(
        words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H"
    )
    body = words[words.index("-d") + 1]
    answer = client.post(
        next(word for word in words if word.startswith("http")),
        body,
        content_type=headers.pop("Content-Type"),
        headers=headers,
    )
    assert answer.status_code == 201
    assert Case.objects.get().title == json.loads(body)["title"]
    assert len(answer.json()["interactions"]) == 1


def test_a_second_first_run_makes_and_prints_nothing() -> None:
    run("first_run")
    assert run("first_run") == ""
    assert (User.objects.count(), ApiKey.objects.count()) == (1, 1)


def test_first_run_leaves_a_portal_alone_that_has_users() -> None:
    UserFactory.create(username="somebody")
    assert "Password" not in run("first_run")
    assert not User.objects.filter(is_superuser=True).exists()


def test_first_run_issues_no_key_where_one_was_issued_already() -> None:
    issue_header("Other")
    assert "Api-Key" not in run("first_run")


def test_make_lists_its_targets() -> None:
    listed = subprocess.run(["make", "help"], capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "check", "demo"):
        assert f"make {target} " in listed
