"""Runs a server that ends when whoever started it ends, however that happens.

`python -m devtools.guard COMMAND ARGUMENT…` starts the command in a process group of its own and
stays beside it. When the process that called this ends, the command is asked to stop; when the
command ends, whatever it leaves behind in its group is ended too.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

_PAUSE = 0.2
_PATIENCE = 65
_PR_SET_PDEATHSIG = 1


def caller_is_gone() -> Callable[[], bool]:
    """Return a function that says whether the process that called this one has ended."""
    caller = os.getppid()
    return lambda: os.getppid() != caller


def main() -> int:
    """Run the command of the arguments and return its exit status; 128 + n if signal n ended it."""
    is_orphan = caller_is_gone()
    server = subprocess.Popen(  # noqa: S603 - our own
        sys.argv[1:],
        start_new_session=True,
        preexec_fn=_stop_with_guard,  # noqa: PLW1509 - no threads here
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.terminate()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while server.poll() is None and not is_orphan():
        time.sleep(_PAUSE)
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(_PATIENCE)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    status = server.wait()
    return status if status >= 0 else 128 - status


def _stop_with_guard() -> None:
    """Let Linux send the server a SIGTERM if the guard itself is killed (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
