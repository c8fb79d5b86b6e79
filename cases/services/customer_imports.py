"""Imports of customers: stored in temporary files after the preview, done step by step."""

import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

from django.core import signing
from django.core.files import locks
from django.utils.translation import gettext as _

from cases.errors import NotFound

STORED_SECONDS = 3_600
"""How long a file is stored after its preview, or after the last step of its import."""
STEP_ROWS = 500
"""How many rows one step writes."""

_PREFIX = "caseportal-import-"
_KEY = re.compile(r"[A-Za-z0-9_]{1,32}")
_FILE, _ROWS, _STATE, _LOCK = "file", "rows", "state", "lock"

Row = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows had which effect; the rest changed nothing."""

    new: int = 0
    changed: int = 0
    refused: int = 0


Write = Callable[[Sequence[str], Sequence[Row]], Written]
"""Writes rows with these headers, and returns the effect."""


@dataclass(frozen=True, slots=True)
class ImportJob:
    """The progress of an import: `handled` of `total` rows.

    `fields` is the fingerprint of the fields at the preview; `refused` includes the rows that
    the preview refused; `offset` is the position of the next row in the stored rows, in bytes.
    """

    key: str
    owner_id: int
    fields: str
    headers: tuple[str, ...]
    total: int
    handled: int = 0
    offset: int = 0
    new: int = 0
    changed: int = 0
    refused: int = 0

    @property
    def is_over(self) -> bool:
        """Whether all rows are done."""
        return self.handled >= self.total

    @property
    def percent(self) -> int:
        """The progress in percent."""
        return 100 * self.handled // max(1, self.total)


def store_import(
    *,
    owner_id: int,
    content: bytes,
    fields: str,
    headers: Sequence[str],
    rows: Iterable[Row],
    refused: int,
) -> ImportJob:
    """Store a previewed file and its rows to write, readable only by the portal."""
    forget_old_imports()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    (folder / _FILE).write_bytes(content)
    lines = [json.dumps(row) + "\n" for row in rows]
    (folder / _ROWS).write_text("".join(lines), "ascii")
    job = ImportJob(
        key=folder.name.removeprefix(_PREFIX),
        owner_id=owner_id,
        fields=fields,
        headers=tuple(headers),
        total=len(lines),
        refused=refused,
    )
    _save(job)
    return job


def find_import(*, key: str, owner_id: int) -> ImportJob:
    """Return an import of that person. Raises NotFound, also if it has expired."""
    forget_old_imports()
    job = _load(_folder(key)) if _KEY.fullmatch(key) else None
    if job is None or job.owner_id != owner_id:
        raise NotFound(_("The file is no longer available. Choose it again."))
    return job


def unfinished_imports(*, owner_id: int) -> list[ImportJob]:
    """Return the imports of that person that have started and are not finished."""
    forget_old_imports()
    found = [job for folder in _folders() if (job := _load(folder))]
    return [job for job in found if job.owner_id == owner_id and job.handled and not job.is_over]


def read_import_file(*, job: ImportJob) -> bytes:
    """Return the file of an unfinished import. Raises NotFound."""
    try:
        return (_folder(job.key) / _FILE).read_bytes()
    except FileNotFoundError as problem:
        raise NotFound(_("The file is no longer available. Choose it again.")) from problem


def advance_import(*, key: str, owner_id: int, write: Write, seconds: float = 0) -> ImportJob:
    """Write the next rows, and more for up to `seconds`; return the import after that.

    Does nothing to a finished import. Simultaneous callers take turns. If the machine fails after
    writing rows but before storing the progress, they are written again, which changes nothing.
    The file and its rows are removed at the end. Raises NotFound.
    """
    until = time.monotonic() + seconds
    while True:
        job = _do_step(key, owner_id, write)
        if job.is_over or time.monotonic() >= until:
            return job


def forget_import(*, job: ImportJob) -> None:
    """Remove everything that is stored of an import."""
    _remove(_folder(job.key))


def forget_old_imports() -> None:
    """Remove imports that no one has continued for an hour."""
    for folder in _folders():
        # Another process may remove it at the same moment, or another user own it.
        with suppress(OSError):
            touched = folder / _STATE
            last = (touched if touched.exists() else folder).stat().st_mtime
            if last < time.time() - STORED_SECONDS:
                _remove(folder)


def _do_step(key: str, owner_id: int, write: Write) -> ImportJob:
    job = find_import(key=key, owner_id=owner_id)
    with _locked(_folder(key)):
        # Another caller may have done a step while this one waited.
        job = find_import(key=key, owner_id=owner_id)
        if job.is_over:
            return job
        rows, offset = _next_rows(job)
        written = write(job.headers, rows)
        job = replace(
            job,
            handled=job.handled + len(rows),
            offset=offset,
            new=job.new + written.new,
            changed=job.changed + written.changed,
            refused=job.refused + written.refused,
        )
        _save(job)
        if job.is_over:
            for name in (_FILE, _ROWS):
                (_folder(key) / name).unlink(missing_ok=True)
    return job


def _next_rows(job: ImportJob) -> tuple[list[Row], int]:
    with (_folder(job.key) / _ROWS).open("rb") as file:
        file.seek(job.offset)
        rows = [json.loads(line) for line in islice(file, STEP_ROWS)]
        return rows, file.tell()


def _folder(key: str) -> Path:
    return Path(tempfile.gettempdir()) / f"{_PREFIX}{key}"


def _folders() -> list[Path]:
    return [path for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if path.is_dir()]


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _save(job: ImportJob) -> None:
    """Replace the stored progress atomically."""
    folder = _folder(job.key)
    (folder / f"{_STATE}.new").write_text(signing.dumps(asdict(job), salt=_PREFIX), "ascii")
    (folder / f"{_STATE}.new").replace(folder / _STATE)


def _load(folder: Path) -> ImportJob | None:
    try:
        # Signed, because others may be able to write to the temporary folder.
        state = signing.loads((folder / _STATE).read_text("ascii"), salt=_PREFIX)
    except (OSError, signing.BadSignature):
        return None
    return ImportJob(**state | {"headers": tuple(state["headers"])})


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / _LOCK).open("w") as file:
        locks.lock(file, locks.LOCK_EX)
        yield
        locks.unlock(file)
