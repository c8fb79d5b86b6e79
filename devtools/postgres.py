"""A PostgreSQL server for tests and benchmarks that ends with the process that started it.

The server is kept by a process of its own, which stops it when its standard input ends: that
happens when the starting process closes it, and also when that process is killed.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres(data: Path | None = None, **parameters: object) -> Iterator[str]:
    """Run a server while the block runs, and return the URL of its database.

    `data` is a folder that keeps the data; without it they go away with the server. `parameters`
    are those of postgresql.conf, such as `max_connections=400`. Raises RuntimeError if the server
    doesn't start.
    """
    # Lock file and socket go into a folder of this server's own: users of a machine share /tmp.
    directory = Path(tempfile.mkdtemp(prefix="caseportal-"))
    make_readable(directory)
    command = [sys.executable, "-W", "ignore", "-m", "devtools.postgres_keeper", str(directory)]
    command += [f"--set={name}={value}" for name, value in parameters.items()]
    command += ["--data", str(data.resolve())] if data else []
    keeper = subprocess.Popen(  # noqa: S603 - our own
        command,
        cwd=Path(__file__).parent.parent,
        env=os.environ | {"TMPDIR": str(directory), "XDG_RUNTIME_DIR": str(directory)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl+C is for the starting process: the server has to outlive its last queries.
        start_new_session=True,
    )
    assert keeper.stdin and keeper.stdout  # noqa: S101 - pipes, as asked for
    try:
        url = keeper.stdout.readline().strip()
        if not url:
            raise RuntimeError("PostgreSQL did not start; its message is above.")
        yield url
    finally:
        keeper.stdin.close()
        keeper.wait()
        keeper.stdout.close()


def make_readable(directory: Path) -> None:
    """Let the server reach its files in `directory`: started by root, it runs as another user."""
    directory.chmod(0o755)
