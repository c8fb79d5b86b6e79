"""What no schema can say: moments near now, links to the web, keys that are used for one call.

Schemathesis loads this module and, for each call that it makes, calls the two hooks below. What
they did is counted into the file that FUZZ_COUNTS names.
"""

import atexit
import json
import os
import uuid
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode

KEY_HEADER = "Idempotency-Key"
KEY_LENGTH = 255
_counts: Counter[str] = Counter()

# "Not before 1990, nor more than a day ahead" moves with the clock, and no schema can say it.
schemathesis.openapi.format(
    "iso-8601-date-time",
    st.builds(
        "{:%Y-%m-%dT%H:%M:%S}{}{}".format,
        st.datetimes(datetime(1990, 1, 2), datetime.now() - timedelta(days=1)),
        st.sampled_from(["", ".5", ",123456789"]),
        st.sampled_from(["", "Z", "z", "+01:00", "-0530", "+23:59"]),
    ),
)
# Of what the format alone makes, hardly anything is an http address, as the pattern wants it.
schemathesis.openapi.format(
    "uri-reference",
    st.just("")
    | st.from_regex(r"[Hh]ttps?://[a-z]{1,9}\.example(:80)?/[\w\-./?=&#%~]*", fullmatch=True),
)


@schemathesis.hook
def before_call(context: Any, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Make the Idempotency-Key of a valid call its own: the rule against its use for another call
    spans calls, so that no schema can say it (tests/api/test_retries.py tests it)."""
    is_valid = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    key = case.headers.get(KEY_HEADER, "")
    if is_valid and key.strip():
        case.headers[KEY_HEADER] = f"{uuid.uuid4()}{key}"[:KEY_LENGTH]


@schemathesis.hook
def after_call(context: Any, case: schemathesis.Case, response: schemathesis.Response) -> None:
    """Count the call by operation and status."""
    _counts[f"{case.operation.label} {response.status_code}"] += 1


@atexit.register
def _write_counts() -> None:
    if "FUZZ_COUNTS" in os.environ:
        Path(os.environ["FUZZ_COUNTS"]).write_text(json.dumps(_counts), "utf-8")
