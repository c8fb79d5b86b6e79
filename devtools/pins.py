"""Checks that a compiled file of requirements holds the same for every supported Python."""

import re
import sys
from collections import Counter
from pathlib import Path

BACKPORTS: frozenset[str] = frozenset()
"""Packages that a Python version needs and a later one brings itself; only these may differ."""

_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+(?: *; *(.+?))? *\\?$", re.MULTILINE)
_VERSION = re.compile(r"\bpython_(full_)?version\b")


def faults(compiled: str) -> list[str]:
    """Return what differs between Python versions in a file that `uv pip compile` wrote."""
    pins = [found for found in _PIN.findall(compiled) if found[0] not in BACKPORTS]
    counts = Counter(name for name, _ in pins)
    twice = [f"{name} is pinned {count} times" for name, count in counts.items() if count > 1]
    some = [f"{name} is only for {on}" for name, on in pins if _VERSION.search(on)]
    return twice + some


def main() -> None:
    """Check the files of the arguments. Raises SystemExit with what differs."""
    for name in sys.argv[1:]:
        found = faults(Path(name).read_text(encoding="utf-8"))
        if found:
            raise SystemExit(f"{name} differs between Python versions: {', '.join(found)}.")


if __name__ == "__main__":
    main()
