"""What starts servers for tests, benchmarks and `make run` leaves none behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import psutil
import pytest

from devtools.pins import faults

ROOT = Path(__file__).resolve().parents[2]
# As granian does: it stops its workers where it is asked to stop, and leaves them where it is killed.
SERVER = """
import os, signal, sys, time
worker = os.fork()
if worker:
    def stop(*_):
        os.kill(worker, signal.SIGTERM)
        sys.exit()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
os.write(1, b"%d\\n" % os.getpid())
time.sleep(600)
"""
GUARD = [sys.executable, "-m", "devtools.guard", sys.executable, "-c", SERVER]
POSTGRES = """
import time
from devtools.postgres import postgres
with postgres() as url:
    print(url, flush=True)
    time.sleep(600)
"""


def start(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def runs(pid: int) -> bool:
    """Tell whether a process runs; one that has ended may wait for its parent a while."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("killed", "number"),
    [
        # Ctrl+C in a terminal reaches the guard as well as its caller.
        *product(("guard", "server"), (signal.SIGTERM, signal.SIGKILL, signal.SIGINT)),
        *product(("caller",), (signal.SIGTERM, signal.SIGKILL)),
    ],
)
@pytest.mark.long
def test_a_guarded_server_ends_with_each_process_of_its_start(
    killed: str, number: signal.Signals
) -> None:
    # The shell calls, as make does.
    caller = start("sh", "-c", '"$@"; exit 0', "sh", *GUARD)
    started = {int(caller.stdout.readline()) for _ in range(2)}
    [guard] = psutil.Process(caller.pid).children()
    [server] = guard.children()
    assert server.pid in started
    os.kill({"caller": caller.pid, "guard": guard.pid, "server": server.pid}[killed], number)
    assert soon(lambda: not any(map(runs, {guard.pid, *started})))
    caller.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
@pytest.mark.long
def test_a_database_server_ends_with_the_process_that_started_it(number: signal.Signals) -> None:
    run = start(sys.executable, "-c", POSTGRES)
    directory = Path(run.stdout.readline().partition("host=")[2].strip()).parent
    server = int((directory / "data" / "postmaster.pid").read_text().split()[0])
    assert psutil.pid_exists(server)
    # Lock and socket are in there, not among what users of a machine share.
    assert {".lockfile", "data"} <= {path.name for path in directory.iterdir()}
    run.send_signal(number)
    assert soon(lambda: not psutil.pid_exists(server) and not directory.exists())
    run.communicate()


def test_requirements_are_the_same_for_every_python() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert faults((ROOT / name).read_text()) == []


def test_requirements_that_differ_are_named() -> None:
    compiled = (
        "one==1.0 ; python_full_version < '3.12' \\\n    --hash=sha256:0\n"
        "one==2.0 ; python_full_version >= '3.12' \\\n    --hash=sha256:0\n"
        "two==1.0 ; platform_python_implementation != 'PyPy' \\\n"
        "three==1.0 \\\n"
    )
    assert [fault.split()[0] for fault in faults(compiled)] == ["one", "one", "one"]
