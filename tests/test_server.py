"""The portal as it is served: what it loads, and how it reads."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cases.models import Case
from tests.factories import issue_header
from tests.fuzz.server import serve

ROOT = Path(__file__).resolve().parent.parent
ASK = (
    "import gc, sys; import caseportal.wsgi;"
    "print(gc.get_freeze_count() > 100_000, 'cases.api.urls' in sys.modules)"
)


def test_it_loads_all_and_leaves_it_out_of_garbage_collections(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "k3y-" * 4 + "0123456789abcdefghijklmnopqrstuvwxyz-0123456789",
        "PORTAL_URL": "https://cases.example.com",
        "DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3",
    }
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert asked.stdout.split() == ["True", "True"]


@pytest.mark.django_db(transaction=True)
def test_a_body_may_come_in_chunks(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"customerId": "c-1", '
        yield b'"title": "Lost suitcase"}'

    headers = {"Authorization": issue_header(), "Content-Type": "application/json"}
    with serve(tmp_path / "server.log", workers=1) as url:
        assert httpx.post(f"{url}/case", content=chunks(), headers=headers).status_code == 201
    assert Case.objects.get().title == "Lost suitcase"
