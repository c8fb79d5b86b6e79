"""The environment: each value is read right, or stops the start with its name and what to write."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from caseportal import env

ROOT = Path(__file__).resolve().parent.parent
SECRET = "k3y-" * 4 + "0123456789abcdefghijklmnopqrstuvwxyz-0123456789"


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that sets NAME, expects a reader to refuse it, and returns the message."""

    def read(reader: Callable[..., Any], value: str, **options: Any) -> str:
        monkeypatch.setenv("NAME", value)
        with pytest.raises(ImproperlyConfigured) as refused:
            reader("NAME", **options)
        message = str(refused.value)
        assert message.startswith("NAME ")
        assert "Write for example NAME=" in message
        return message

    return read


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py check` with nothing in the environment but `variables`."""
    given = {"PATH": os.environ["PATH"], **variables}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(
        command, cwd=ROOT, env=given, capture_output=True, text=True, check=False, timeout=60
    )


def test_it_starts_with_a_secret_and_an_address(tmp_path: Path) -> None:
    started = start(
        SECRET_KEY=SECRET,
        PORTAL_URL="https://cases.example.com",
        DATABASE_URL=f"sqlite:///{tmp_path}/portal.sqlite3",
    )
    assert started.returncode == 0, started.stderr


def test_it_starts_with_every_value_in_a_file(tmp_path: Path) -> None:
    values = {
        "SECRET_KEY": SECRET,
        "PORTAL_URL": "https://cases.example.com",
        "DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3",
        "ALLOWED_HOSTS": "cases.example.com",
        "DEBUG": "false",
        "TIME_ZONE": "Europe/Berlin",
    }
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n")
    started = start(**{f"{name}_FILE": str(tmp_path / name) for name in values})
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (
            {"PORTAL_URL": "https://cases.example.com"},
            (
                "Case Portal can't start. SECRET_KEY is not set. "
                "Write for example SECRET_KEY=$(openssl rand -base64 48)"
            ),
        ),
        (
            {"SECRET_KEY": SECRET},
            (
                "Case Portal can't start. PORTAL_URL is not set. "
                "Write for example PORTAL_URL=https://cases.example.com"
            ),
        ),
        (
            {"SECRET_KEY_FILE": "/nowhere/secret", "PORTAL_URL": "https://cases.example.com"},
            (
                "Case Portal can't start. SECRET_KEY_FILE names a file that can't be read: "
                "[Errno 2] No such file or directory: '/nowhere/secret'. "
                "Write for example SECRET_KEY_FILE=/run/secrets/secret_key"
            ),
        ),
    ],
)
def test_it_stops_in_one_line_that_says_what_to_write(
    variables: dict[str, str], message: str
) -> None:
    stopped = start(**variables)
    assert stopped.returncode == 1
    assert stopped.stderr.strip() == message


@pytest.mark.parametrize(
    "variables",
    [
        {"SECRET_KEY": "hunter2"},
        {"SECRET_KEY": SECRET, "DATABASE_URL": "mysql://portal:hunter2@db/cases"},
        {"SECRET_KEY": SECRET, "DATABASE_URL": "postgrs://portal:hunter2@db/cases"},
        {"SECRET_KEY": SECRET, "DATABASE_URL": "postgres://portal:hunter2@db:port/cases"},
    ],
)
def test_it_never_shows_a_password_or_a_secret(variables: dict[str, str]) -> None:
    stopped = start(PORTAL_URL="https://cases.example.com", **variables)
    assert stopped.returncode == 1
    assert f"can't start. {list(variables)[-1]} is" in stopped.stderr
    assert "hunter2" not in stopped.stdout + stopped.stderr


def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "  ")
    assert env.read_text("NAME", default="fallback", example="x") == "fallback"
    with pytest.raises(ImproperlyConfigured, match="NAME is not set"):
        env.read_text("NAME", example="x")


def test_it_takes_a_value_that_starts_with_a_dollar_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NAME", "$HOME")
    assert env.read_text("NAME", example="x") == "$HOME"


def test_it_reads_a_file_without_its_last_line_break(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "value").write_text("from the file\n")
    monkeypatch.setenv("NAME_FILE", str(tmp_path / "value"))
    assert env.read_text("NAME", example="x") == "from the file"


def test_it_refuses_a_file_that_is_not_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "value").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("NAME_FILE", str(tmp_path / "value"))
    with pytest.raises(ImproperlyConfigured, match="NAME_FILE names a file that can't be read"):
        env.read_text("NAME", example="x")


def test_it_refuses_a_value_given_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "value").write_text("one")
    monkeypatch.setenv("NAME_FILE", str(tmp_path / "value"))
    monkeypatch.setenv("NAME", "other")
    with pytest.raises(ImproperlyConfigured, match="NAME and NAME_FILE are both set"):
        env.read_text("NAME", example="x")


@pytest.mark.parametrize("value", ["short", "a" * 80])
def test_it_refuses_a_secret_that_can_be_guessed(stops: Callable[..., str], value: str) -> None:
    assert "too easy to guess" in stops(env.read_secret, value, example="…")


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("ON", True), ("0", False)])
def test_it_reads_a_flag(monkeypatch: pytest.MonkeyPatch, value: str, *, expected: bool) -> None:
    monkeypatch.setenv("NAME", value)
    assert env.read_flag("NAME", default=not expected) is expected


def test_it_refuses_a_flag_that_is_neither(stops: Callable[..., str]) -> None:
    assert "neither true nor false" in stops(env.read_flag, "maybe", default=False)


@pytest.mark.parametrize("value", ["-1", "101", "1.5", "ten", "²", "٣", "9" * 5000])
def test_it_refuses_a_number_out_of_range(stops: Callable[..., str], value: str) -> None:
    limits = {"default": 5, "minimum": 0, "maximum": 100}
    assert "not a whole number from 0 to 100" in stops(env.read_number, value, **limits)


@pytest.mark.parametrize("value", ["0", "100"])
def test_it_reads_a_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NAME", value)
    assert env.read_number("NAME", default=5, minimum=0, maximum=100) == int(value)


def test_it_reads_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", " cases.example.com, .example.net,[::1],, 10.0.0.7 ")
    hosts = ["cases.example.com", ".example.net", "[::1]", "10.0.0.7"]
    assert env.read_hosts("NAME", default=[]) == hosts


@pytest.mark.parametrize(
    "value", ["https://cases.example.com", "cases.example.com:443", "two hosts", "host/path"]
)
def test_it_refuses_what_is_not_the_name_of_a_host(stops: Callable[..., str], value: str) -> None:
    assert repr(value) in stops(env.read_hosts, f"ok.example,{value}", default=[])


def test_it_reads_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "https://a.example/, http://localhost:8000")
    assert env.read_origins("NAME", default=[]) == ["https://a.example", "http://localhost:8000"]


@pytest.mark.parametrize("value", ["cases.example.com", "https://a.example/admin", "ftp://a"])
def test_it_refuses_what_is_not_an_origin(stops: Callable[..., str], value: str) -> None:
    assert repr(value) in stops(env.read_origins, value, default=[])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://cases.example.com/", "https://cases.example.com"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_it_reads_the_address(monkeypatch: pytest.MonkeyPatch, value: str, expected: str) -> None:
    monkeypatch.setenv("NAME", value)
    assert env.read_base_url("NAME", example="x") == expected


@pytest.mark.parametrize(
    "value",
    [
        "cases.example.com",
        "ftp://cases.example.com",
        "https://",
        "https://cases.example.com/portal",
        "https://cases.example.com?x=1",
        "https://me:secret@cases.example.com",
        "https://cases.example.com:0",
        "https://cases.example.com:99999",
        "https://[::1",
        "https://two words",
    ],
)
def test_it_refuses_what_is_not_an_address(stops: Callable[..., str], value: str) -> None:
    assert "not an http(s) address" in stops(env.read_base_url, value, example="x")


@pytest.mark.parametrize(
    ("value", "expected"), [("", ""), ("/", ""), ("api/v1", "api/v1/"), ("/api/v1/", "api/v1/")]
)
def test_it_reads_a_path_prefix(monkeypatch: pytest.MonkeyPatch, value: str, expected: str) -> None:
    monkeypatch.setenv("NAME", value)
    assert env.read_path_prefix("NAME", taken=["admin"]) == expected


@pytest.mark.parametrize("value", ["api//v1", "../up", "a b", "ä", "<x>", "admin", "admin/api"])
def test_it_refuses_a_path_prefix_that_cannot_be_one(stops: Callable[..., str], value: str) -> None:
    assert repr(value) in stops(env.read_path_prefix, value, taken=["admin"])


@pytest.mark.parametrize("value", ["Mars/Olympus", "europe/berlin ", "../etc/passwd", "+02:00"])
def test_it_refuses_an_unknown_time_zone(stops: Callable[..., str], value: str) -> None:
    assert "not the name of a time zone" in stops(env.read_time_zone, value, default="UTC")


def test_it_makes_sqlite_keep_what_was_acknowledged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NAME", f"sqlite:///{tmp_path}/portal.sqlite3")
    database = env.read_database("NAME", default_file=tmp_path / "other.sqlite3")
    assert database["NAME"] == f"{tmp_path}/portal.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout"):
        assert pragma in database["OPTIONS"]["init_command"]


def test_it_makes_the_folder_of_its_own_sqlite_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NAME", raising=False)
    env.read_database("NAME", default_file=tmp_path / "var" / "portal.sqlite3")
    assert (tmp_path / "var").is_dir()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_it_reads_the_url_of_a_server(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("NAME", f"{scheme}://portal:p%40ss@db.example:5433/cases?sslmode=require")
    database = env.read_database("NAME", default_file=ROOT / "unused.sqlite3")
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("portal", "p@ss")
    assert (database["HOST"], database["PORT"]) == ("db.example", 5433)
    assert database["NAME"] == "cases"
    assert database["OPTIONS"] == {"sslmode": "require"}
    assert database["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize(
    "value",
    [
        "mysql://portal@db/cases",
        "cases.sqlite3",
        "postgres://portal@db.example:port/cases",
        "postgres://portal@db.example",
        "sqlite://:memory:",
        "sqlite://",
        "sqlite:////nowhere/at/all/cases.sqlite3",
    ],
)
def test_it_refuses_a_database_that_it_cannot_use(stops: Callable[..., str], value: str) -> None:
    stops(env.read_database, value, default_file=ROOT / "unused.sqlite3")


def test_every_variable_is_documented() -> None:
    settings = (ROOT / "caseportal" / "settings.py").read_text()
    documented = (ROOT / "docs" / "configuration.md").read_text()
    names = re.findall(r'read_[a-z_]+\(\s*"([A-Z_]+)"', settings)
    assert len(names) > 10
    assert [name for name in names if f"| `{name}` |" not in documented] == []
