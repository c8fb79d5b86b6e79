"""How long the pages of the back office take at two sizes: `make bench-admin`.

Each size gets a database of its own, filled by `manage.py seed_cases`, and a process of its own
that asks for the pages. The sizes take turns, so that what else the machine does slows all alike.
Against another checkout (`--against PATH`) both are measured in turns at each size, each on a
database that it seeded, by its own script.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from devtools.postgres import make_readable, postgres

ROOT = Path(__file__).resolve().parents[2]
SIZES = (10_000, 1_000_000)
ROUNDS = 40
WARM_UP = 5
P95 = 0.95
READ_AT_ONCE = 1 << 24
SCRIPT_PACKAGES = ("devtools/benchmarks", "benchmarks")
"""Where a checkout may have the script; the second until version 0.1.0."""


class Subject:
    """A process that asks for pages of a portal of some size when it is told to.

    The portal is that of the checkout `root`, with the packages that are installed there.
    """

    def __init__(self, url: str, size: int, root: Path = ROOT) -> None:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "caseportal.settings",
            "DATABASE_URL": url,
            "SECRET_KEY": "only-for-measuring-0123456789-0123456789-0123456789-abcdef",
            "PORTAL_URL": "http://127.0.0.1:8000",
        }
        _prepare(environment, size, root)
        self.process = subprocess.Popen[str](
            [_python(root), "-W", "ignore", "-m", _script(root)],
            cwd=root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.root = root
        self.pages: list[str] = self._answer()
        self.times: dict[str, list[float]] = {name: [] for name in self.pages}
        self.queries: dict[str, int] = dict.fromkeys(self.pages, 0)

    def ask(self, name: str) -> None:
        """Ask for one page and keep how long it took."""
        answer = self.tell(name)
        self.times[name].append(answer["ms"])
        self.queries[name] = max(self.queries[name], answer["queries"])

    def tell(self, line: str) -> Any:
        """Send a line to the process and return its answer."""
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self._answer()

    def p95(self, name: str) -> float:
        """Return the 95th percentile of a page's milliseconds, after the first few."""
        times = sorted(self.times[name][WARM_UP:])
        return times[min(len(times) - 1, int(len(times) * P95))]

    def median(self, name: str) -> float:
        """Return their median."""
        return statistics.median(self.times[name][WARM_UP:])

    def stop(self) -> None:
        """End the process."""
        self.process.communicate()

    def _answer(self) -> Any:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("The measuring process has failed; its message stands above.")
        return json.loads(line)


def _python(root: Path) -> str:
    """Return the Python of a checkout, or this one where nothing is installed there."""
    own = root / ".venv" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def _script(root: Path) -> str:
    """Return the module by which a checkout asks for its pages. Raises SystemExit without any."""
    for package in SCRIPT_PACKAGES:
        if (root / package / "admin_pages.py").exists():
            return f"{package}.admin_pages".replace("/", ".")
    raise SystemExit(f"{root} has no script that asks for the pages of its back office.")


def _prepare(environment: dict[str, str], size: int, root: Path) -> None:
    """Fill a database that is new; one that was kept stays as it is."""
    manage = [_python(root), "manage.py"]
    subprocess.run(  # noqa: S603 - our own
        [*manage, "migrate", "--verbosity", "0"],
        cwd=root,
        env=environment,
        check=True,
    )
    has_cases = "from cases.models import Case; print(Case.objects.exists())"
    found = subprocess.run(  # noqa: S603 - our own
        [*manage, "shell", "-v", "0", "-c", has_cases],
        cwd=root,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    if found.stdout.strip() == "True":
        return
    began = time.monotonic()
    subprocess.run(  # noqa: S603 - our own
        [*manage, "seed_cases", "--cases", str(size), "--seed", "1"],
        cwd=root,
        env=environment,
        check=True,
        stdout=sys.stderr,
    )
    sys.stderr.write(f"{size:,} cases were seeded in {time.monotonic() - began:.0f} s.\n")


def measure(sizes: list[int], rounds: int, keep: Path | None) -> list[Subject]:
    """Return the subjects of all sizes, measured."""
    with ExitStack() as stack:
        subjects, directories = [], {size: _directory(size, keep, stack) for size in sizes}
        for size in sizes:
            subjects.append(
                Subject(stack.enter_context(postgres(directories[size] / "data")), size)
            )
            stack.callback(subjects[-1].stop)
        # A database in use is in memory: what the disk takes is not measured.
        for size in sizes:
            _read_files(directories[size])
        for name in subjects[0].pages:
            for _ in range(WARM_UP + rounds):
                for subject in subjects:
                    subject.ask(name)
        sys.stdout.write(table(sizes, subjects))
        sys.stdout.write(plans(subjects[-1]))
        return subjects


def compare(size: int, rounds: int, keep: Path | None, against: Path) -> None:
    """Measure this checkout and another one at one size, in turns, and print the ratios."""
    with ExitStack() as stack:
        subjects = []
        for name, root in (("this", ROOT), ("other", against.resolve())):
            directory = _directory(f"{size}-{name}", keep, stack)
            url = stack.enter_context(postgres(directory / "data"))
            subjects.append(Subject(url, size, root))
            stack.callback(subjects[-1].stop)
            _read_files(directory)
        this, other = subjects
        pages = [name for name in this.pages if name in other.pages]
        for name in pages:
            for _ in range(WARM_UP + rounds):
                for subject in subjects:
                    subject.ask(name)
        sys.stdout.write(comparison(size, pages, this, other))


def comparison(size: int, pages: list[str], this: Subject, other: Subject) -> str:
    """Return the times of two checkouts as a table in Markdown; a ratio over 1 is slower here."""
    lines = [
        f"PostgreSQL, {size:,} cases: milliseconds of a request, this checkout against {other.root}",
        "",
        "| page | this p95 | median | other p95 | median | ratio p95 | ratio median | queries |",
        f"|---|{'---:|' * 7}",
    ]
    for name in pages:
        times = [f"{one.p95(name):.0f} | {one.median(name):.0f}" for one in (this, other)]
        ratios = this.p95(name) / other.p95(name), this.median(name) / other.median(name)
        queries = f"{this.queries[name]} / {other.queries[name]}"
        lines.append(
            f"| {name} | {' | '.join(times)} | {ratios[0]:.2f} | {ratios[1]:.2f} | {queries} |"
        )
    unmatched = sorted(set(this.pages) ^ set(other.pages))
    lines += ["", f"In one of them only: {', '.join(unmatched)}."] if unmatched else []
    return "\n".join(lines) + "\n\n"


def _directory(size: int | str, keep: Path | None, stack: ExitStack) -> Path:
    """Return the directory of a size's database: a kept one, or one that goes away with `stack`."""
    if keep is None:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="caseportal-bench-"))
        directory = Path(name)
    else:
        directory = keep / str(size)
        directory.mkdir(parents=True, exist_ok=True)
    make_readable(directory)
    return directory


def _read_files(directory: Path) -> None:
    """Read the files of tables and indexes once, so that the system has them in memory."""
    for path in (directory / "data" / "base").rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(READ_AT_ONCE):
                    pass


def table(sizes: list[int], subjects: list[Subject]) -> str:
    """Return the times of all sizes as a table in Markdown."""
    heads = " | ".join(f"{size:,} p95 | median" for size in sizes)
    lines = [f"| page | {heads} | ratio p95 | ratio median | queries |"]
    lines.append(f"|---|{'---:|' * (2 * len(sizes) + 3)}")
    for name in subjects[0].pages:
        cells = " | ".join(f"{one.p95(name):.0f} | {one.median(name):.0f}" for one in subjects)
        ratios = (
            subjects[-1].p95(name) / subjects[0].p95(name),
            subjects[-1].median(name) / subjects[0].median(name),
        )
        queries = " / ".join(dict.fromkeys(str(one.queries[name]) for one in subjects))
        lines.append(f"| {name} | {cells} | {ratios[0]:.2f} | {ratios[1]:.2f} | {queries} |")
    return "\n".join(["PostgreSQL: milliseconds of a request", "", *lines]) + "\n\n"


def plans(subject: Subject) -> str:
    """Return the slow statements of a subject with their plans."""
    found = [
        f"-- {one['ms']} ms\n{one['sql']}\n\n{one['plan']}\n" for one in subject.tell("explain")
    ]
    return "\n".join(found or ["No statement took more than 50 ms."]) + "\n"


def main() -> None:
    """Measure as the arguments say, and print the table and the plans of slow statements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", type=Path, help="a folder to keep the databases in, or use again")
    parser.add_argument("--against", type=Path, help="another checkout, to measure in turns")
    options = parser.parse_args()
    if options.against:
        for size in options.sizes:
            compare(size, options.rounds, options.keep, options.against)
    else:
        measure(options.sizes, options.rounds, options.keep)


if __name__ == "__main__":
    main()
