"""Many agents at once while cases come in: `make bench-agents`.

Starts the portal as `make run` does, on a throwaway database with invented cases; lets scripted
agents work and a sender post cases; then compares what the portal acknowledged with what it holds.
Exits with 1 where anything is lost, doubled or refused without a reason.
"""

import argparse
import json
import logging
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from devtools.benchmarks.agent_work import Agent, Ledger, Sender, run
from devtools.benchmarks.customers import new_database

ROOT = Path(__file__).resolve().parents[2]
TITLE = "Sent while people work, number "
_SHOWN_FAULTS = 20
_KEPT_RATE = 0.9


def environment_for(url: str, port: int) -> dict[str, str]:
    """Return the environment of the portal's processes."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "caseportal.settings",
        "DATABASE_URL": url,
        "SECRET_KEY": "only-for-measuring-0123456789-0123456789-0123456789-abcdef",
        "PORTAL_URL": f"http://127.0.0.1:{port}",
    }


def python(environment: dict[str, str], *arguments: str, told: str | None = None) -> str:
    """Run a Python program on the portal's database and return what it prints."""
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        input=told,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


@contextmanager
def portal(environment: dict[str, str], port: int) -> Iterator[str]:
    """Serve the portal while the block runs, and return its address."""
    command = [sys.executable, "-m", "devtools.guard"]
    command += [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi"]
    command += ["caseportal.wsgi:application", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "8", "--log-level", "error"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "60"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603 - our own
    url = environment["PORTAL_URL"]
    try:
        wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=90)


def wait_for(url: str) -> None:
    """Return when the portal answers. Raises SystemExit after a minute."""
    for _ in range(240):
        try:
            if httpx.get(f"{url}/admin/login/").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.25)
    raise SystemExit("The portal does not answer.")


def play(url: str, given: dict[str, Any], options: argparse.Namespace) -> Ledger:
    """Let agents and sender work, and return what happened."""
    ledger = Ledger()
    sender = Sender(url, given["header"], options.rate, ledger)
    agents = [
        Agent(url, person, given["shared"], ledger, options.pause) for person in given["people"]
    ]
    seconds = options.minutes * 60
    run([sender.work, *(agent.work for agent in agents)], seconds)
    if len(ledger.cases) < _KEPT_RATE * options.rate * seconds:
        reached = len(ledger.cases) / seconds
        ledger.fault(f"only {reached:.1f} cases a second came in, not {options.rate:g}")
    return ledger


def table(ledger: Ledger) -> str:
    """Return calls and times by step as a table in Markdown."""
    lines = ["| step | calls | p50 ms | p95 ms | refused |", "|---|---:|---:|---:|---:|"]
    for step, times in sorted(ledger.times.items()):
        p95 = sorted(times)[int(len(times) * 0.95)]
        median = statistics.median(times)
        lines.append(
            f"| {step} | {len(times):,} | {median:.0f} | {p95:.0f} | {ledger.told[step] or ''} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Play as the arguments say, and print a table and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--minutes", type=float, default=10)
    add("--rate", type=float, default=50, help="cases that come in each second")
    add("--agents", type=int, default=20)
    add("--cases", type=int, default=2_000, help="invented cases to begin with")
    add("--pause", type=float, default=3.0, help="seconds between two calls of an agent")
    add("--database", choices=("postgres", "sqlite"), default="postgres")
    options = parser.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with ExitStack() as stack, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        environment = environment_for(new_database(options.database, stack), port)
        python(environment, "manage.py", "migrate", "--verbosity", "0")
        cases = ("--cases", str(options.cases), "--seed", "1", "--verbosity", "0")
        python(environment, "manage.py", "seed_cases", *cases)
        prepared = python(
            environment, "-m", "devtools.benchmarks.agent_data", "prepare", str(options.agents)
        )
        with portal(environment, port) as url:
            ledger = play(url, json.loads(prepared), options)
        told = json.dumps({"cases": ledger.cases, "acts": ledger.acts, "title": TITLE})
        lost = json.loads(
            python(environment, "-m", "devtools.benchmarks.agent_data", "check", told=told)
        )
    report(ledger, lost, options)


def report(ledger: Ledger, lost: list[str], options: argparse.Namespace) -> None:
    """Print what happened. Raises SystemExit where anything went wrong."""
    sys.stdout.write(
        f"{options.agents} agents on {options.database} for {options.minutes:g} minutes, while "
        f"{len(ledger.cases):,} cases came in, {len(ledger.cases) / options.minutes / 60:.1f} a "
        f"second\n\n{table(ledger)}\n\n{len(ledger.acts):,} acts and {len(ledger.cases):,} cases "
        f"were acknowledged. Faults: {len(ledger.faults)}. Lost: {len(lost)}.\n"
    )
    for problem in (*ledger.faults[:_SHOWN_FAULTS], *lost[:_SHOWN_FAULTS]):
        sys.stdout.write(f"  {problem}\n")
    if ledger.faults or lost:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
