"""Schemathesis plays every operation against the real server, with every check.

A short run is part of the tests; `make fuzz` sets FUZZ_CALLS and makes at least that many calls.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import randrange

import httpx
import pytest
from django.conf import settings
from django.test import Client

from cases.choices import ObjectType, Operation, PropertyType
from tests.factories import (
    CaseFactory,
    CustomerFactory,
    CustomPropertyFactory,
    InteractionFactory,
    administrator,
    issue_header,
)
from tests.fuzz.server import serve

CALLS = int(os.environ.get("FUZZ_CALLS", "0"))
EXAMPLES, EXAMPLES_OF_A_ROUND = 10, 300
ROUND_SECONDS = 3_600
CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
ROOT = Path(__file__).parents[2]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_every_answer_is_as_the_schema_says(tmp_path: Path) -> None:
    _register_fields()
    _make_objects()
    header = issue_header("Schemathesis")
    total: Counter[str] = Counter()
    with serve(tmp_path / "server.log") as url:
        schema = tmp_path / "openapi.json"
        schema.write_bytes(_read_document(url))
        while not total or total.total() < CALLS:
            phases = "fuzzing,stateful" if total else "examples,coverage,fuzzing,stateful"
            total += _play(schema, url, header, tmp_path, phases)
            _say(f"{total.total():,} calls so far")
    failed = {answer: count for answer, count in total.items() if int(answer[-3:]) >= 500}
    assert not failed
    succeeded = {answer[:-4] for answer in total if answer[-3] == "2"}
    assert succeeded >= set(Operation.values)
    _say(_table(total))


def _register_fields() -> None:
    """Register a field of each type for cases and customers, those of customers searchable."""
    values = [
        {"name": "Gold member", "value": "gold"},
        {"name": "Silver member", "value": "silver"},
    ]
    for owner in ObjectType:
        for kind in PropertyType:
            CustomPropertyFactory(
                object_type=owner,
                name=f"{kind.name.title().replace('_', '')}Of{owner.label}",
                type=kind,
                list_values=values if kind is PropertyType.SINGLE_SELECT_LIST else [],
                searchable=owner is ObjectType.CUSTOMER,
            )


def _make_objects() -> None:
    for _ in range(3):
        case = CaseFactory(customer=CustomerFactory())
        InteractionFactory.create_batch(2, case=case)


def _read_document(url: str) -> bytes:
    """Return the schema as the server itself answers it, to a member of staff."""
    client = Client()
    client.force_login(administrator())
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    answer = httpx.get(f"{url}/docs/openapi.json", cookies={settings.SESSION_COOKIE_NAME: session})
    assert answer.status_code == 200
    return answer.content


def _play(schema: Path, url: str, header: str, folder: Path, phases: str) -> Counter[str]:
    """Run Schemathesis once; fail with its report where it found anything."""
    counts = folder / "counts.json"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION)]
    command += ["run", str(schema), "--url", url, "--header", f"Authorization: {header}"]
    # The same calls in every run of the tests, new ones in every `make fuzz`.
    seed = randrange(2**32) if CALLS else 1
    command += ["--phases", phases, "--seed", str(seed), "--no-color"]
    command += ["--max-examples", str(EXAMPLES_OF_A_ROUND if CALLS else EXAMPLES)]
    run = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "FUZZ_COUNTS": str(counts)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=ROUND_SECONDS,
        check=False,
    )
    if run.returncode:
        pytest.fail(COLOUR.sub("", run.stdout) + (folder / "server.log").read_text()[-5_000:])
    return Counter(json.loads(counts.read_text("utf-8")))


def _say(text: str) -> None:
    """Show progress to whoever waits for `make fuzz`."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _table(total: Counter[str]) -> str:
    lines = [f"{count:>8,}  {answer}" for answer, count in sorted(total.items())]
    return "\n".join(
        [*lines, f"{total.total():>8,}  calls in all, none answered 5xx or off schema"]
    )
