"""How long customer lookups take at two sizes, on both databases: `make bench-customers`.

Each size gets a throwaway database of its own, filled and measured in a process of its own.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from devtools.postgres import postgres

ROOT = Path(__file__).resolve().parents[2]
SIZES = (10_000, 1_000_000)
ROUNDS = 60
WARM_UP = 5


class Subject:
    """A process with a new database of some size, which makes lookups when it is told to."""

    def __init__(self, url: str, size: int) -> None:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "caseportal.settings",
            "DATABASE_URL": url,
            "SECRET_KEY": "only-for-measuring-0123456789-0123456789-0123456789-abcdef",
            "PORTAL_URL": "http://127.0.0.1:8000",
        }
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)  # noqa: S603 - our own
        self.process = subprocess.Popen[str](
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "devtools.benchmarks.customer_lookups",
                str(size),
            ],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lookups: list[str] = json.loads(self._answer())
        self.times: dict[str, list[float]] = {name: [] for name in self.lookups}

    def look_up(self, name: str) -> None:
        """Make one lookup, of someone else each time, and keep how long it took."""
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        self.times[name].append(float(self._answer()))

    def median_ms(self, name: str) -> float:
        """Return the median of the lookups since the first few."""
        return statistics.median(self.times[name][WARM_UP:])

    def stop(self) -> None:
        """End the process."""
        self.process.communicate()

    def _answer(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("The measuring process has failed; its message stands above.")
        return line


def measure(database: str, sizes: list[int]) -> list[Subject]:
    """Return the subjects of all sizes, measured, on new databases that are removed again.

    The sizes take turns, so that what else the machine does slows all of them alike.
    """
    with ExitStack() as stack:
        subjects = []
        for size in sizes:
            subjects.append(Subject(new_database(database, stack), size))
            stack.callback(subjects[-1].stop)
        for name in subjects[0].lookups:
            for _ in range(WARM_UP + ROUNDS):
                for subject in subjects:
                    subject.look_up(name)
        return subjects


def new_database(database: str, stack: ExitStack) -> str:
    """Return the URL of a new database of a kind, which goes away with `stack`."""
    if database == "postgres":
        return stack.enter_context(postgres())
    name = stack.enter_context(tempfile.TemporaryDirectory(prefix="caseportal-bench-"))
    return f"sqlite:///{name}/bench.sqlite3"


def table(database: str, sizes: list[int], subjects: list[Subject]) -> str:
    """Return the medians of all sizes as a table in Markdown."""
    heads = " | ".join(f"{size:,}" for size in sizes)
    lines = [f"{database}: median milliseconds", ""]
    lines += [f"| lookup | {heads} | ratio |", f"|---|{'---:|' * (len(sizes) + 1)}"]
    for name in subjects[0].lookups:
        medians = [subject.median_ms(name) for subject in subjects]
        cells = " | ".join(f"{median:.1f}" for median in medians)
        lines.append(f"| {name} | {cells} | {medians[-1] / medians[0]:.2f} |")
    return "\n".join(lines) + "\n\n"


def main() -> None:
    """Measure as the arguments say, and print a table for each kind of database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="+", default=["postgres", "sqlite"])
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    options = parser.parse_args()
    for database in options.databases:
        subjects = measure(database, options.sizes)
        sys.stdout.write(table(database, options.sizes, subjects))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
