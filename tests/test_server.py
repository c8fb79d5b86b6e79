"""What the server loads: everything, before the first request."""

import os
import subprocess
import sys
from pathlib import Path

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
