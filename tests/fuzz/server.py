"""The portal as it is served: granian, in a process of its own, on the database of the tests."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.db import connection

START_SECONDS = 60


@contextmanager
def serve(log: Path, *, workers: int = 2) -> Iterator[str]:
    """Serve the portal and return its base URL; what the server logs goes to the file `log`.

    A short test takes one worker: the server doesn't stop while another one still starts.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "devtools.guard"]
    command += [sys.executable, "-m", "granian", "--interface", "wsgi"]
    command += ["--port", str(port), "--workers", str(workers), "caseportal.wsgi:application"]
    environment = os.environ | {"DATABASE_URL": _database_url(), "PORTAL_URL": url}
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{url}/meta/object/case")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
