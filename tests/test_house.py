"""Rules of the code's layout that neither ruff nor import-linter can check."""

import ast
from collections import Counter
from pathlib import Path

CASES = Path(__file__).parents[1] / "cases"
MODULES = sorted(path for path in CASES.rglob("*.py") if "migrations" not in path.parts)
LONGEST = 250
KNOWS_THE_DATABASE = 3


def relative(path: Path) -> str:
    return str(path.relative_to(CASES))


def test_no_public_class_has_the_name_of_another() -> None:
    names = Counter(
        node.name
        for path in MODULES
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, number in names.items() if number > 1 and name != "Command"] == []


def test_no_file_is_longer_than_a_reader_takes_in_at_once() -> None:
    lengths = {relative(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_the_back_office_has_a_package_for_each_page() -> None:
    admin = [path for path in MODULES if path.is_relative_to(CASES / "admin")]
    assert [relative(path) for path in admin if path.name.startswith("case_")] == []


def test_only_the_backends_and_few_others_know_which_database_it_is() -> None:
    backends = CASES / "search" / "backends"
    others = [path for path in MODULES if not path.is_relative_to(backends)]
    knowing = [relative(path) for path in others if "connection.vendor" in path.read_text("utf-8")]
    assert len(knowing) <= KNOWS_THE_DATABASE, knowing


def test_no_function_imports() -> None:
    found = {
        f"{relative(path)}: {function.name}"
        for path in MODULES
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert found == set()


def test_migrations_use_only_models_of_their_own_time() -> None:
    """Live code would change what a migration of years ago does.

    Defaults and fields that Django itself wrote into a migration are the exception.
    """
    live = {
        f"{path.name}: {node.module}"
        for path in (CASES / "migrations").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("cases.")
        and not (node.module or "").startswith(("cases.models", "cases.migrations"))
    }
    assert live == set()
