"""One name, one thing: a class stands in one module of the package, and a file name in one room."""

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "agent" / "fuhe"
MODULES = sorted(PACKAGE.rglob("*.py"))
# A verb of the command line is named for its command, whatever the noun it works on is called elsewhere.
VERBS = PACKAGE / "cli"


def _twice(named: list[tuple[str, Path]]) -> dict[str, list[str]]:
    places = defaultdict(list)
    for name, path in named:
        places[name].append(path.relative_to(PACKAGE).as_posix())
    return {name: found for name, found in places.items() if len(found) > 1}


def test_a_class_name_stands_in_one_module() -> None:
    classes = [
        (node.name, path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert _twice(classes) == {}


def test_a_file_name_stands_in_one_room() -> None:
    files = [(path.name, path) for path in MODULES if path.name != "__init__.py" and path.parent != VERBS]
    assert _twice(files) == {}
