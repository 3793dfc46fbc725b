"""The house rules that no linter knows: sizes, names, docstrings, and where everything may be caught."""

import ast
import re
import statistics

import bot.errors
from tests.architecture.source import FUNCTIONS, nodes, sources

VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|managers?|base|misc)(_|$)", re.IGNORECASE)
VAGUE_CLASS = re.compile(r"(Utils?|Helpers?|Manager|Base)(?![a-z])")
# One row's failure never stops the others, and one data set's not the lane.
CATCH_ALL = {"bot/services/rows.py", "bot/services/preparation/preparing.py"}


def lengths() -> dict[str, int]:
    """Lines of each function, its decorators left out."""
    return {
        f"{source.path}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for source in sources()
        for node in nodes(source, *FUNCTIONS)
    }


def test_no_file_is_longer_than_300_lines() -> None:
    assert [f"{source.path}: {source.lines}" for source in sources() if source.lines > 300] == []


def test_no_function_is_longer_than_40_lines() -> None:
    assert {where: length for where, length in lengths().items() if length > 40} == {}


def test_functions_are_short_as_a_rule() -> None:
    assert statistics.median(lengths().values()) <= 8


def test_every_module_says_what_it_is_for() -> None:
    assert [source.path for source in sources() if not ast.get_docstring(source.tree)] == []


def test_names_come_from_the_field() -> None:
    modules = [part for source in sources() for part in source.module.split(".")]
    functions = [node.name for source in sources() for node in nodes(source, *FUNCTIONS)]
    classes = [node.name for source in sources() for node in nodes(source, ast.ClassDef)]

    assert [name for name in (*modules, *functions) if VAGUE.search(name)] == []
    assert [name for name in classes if VAGUE_CLASS.search(name)] == []


def test_everything_is_caught_around_a_row_and_nowhere_else() -> None:
    found = {
        source.path
        for source in sources("bot", "handlers")
        for handler in nodes(source, ast.ExceptHandler)
        if handler.type is None or {"Exception", "BaseException"} & set(re.findall(r"\w+", ast.unparse(handler.type)))
        if not _is_passed_on(handler)
    }

    assert found == CATCH_ALL


def _is_passed_on(handler: ast.ExceptHandler) -> bool:
    """Whether it only tidies up, and lets the exception go on."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_error_classes_end_in_error() -> None:
    classes = [(node.name, ast.unparse(base)) for source in sources() for node, base in _with_bases(source)]
    odd = [name for name, base in classes if base.endswith(("Error", "Exception")) and not name.endswith("Error")]

    assert odd == []


def _with_bases(source):  # type: ignore[no-untyped-def]
    return ((node, base) for node in nodes(source, ast.ClassDef) for base in node.bases)


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    drawn = re.findall(r"[\s│├└─]*(\w+Error)\b.*", (bot.errors.__doc__ or ""))
    (source,) = [source for source in sources("bot") if source.path == "bot/errors.py"]
    written = [node.name for node in nodes(source, ast.ClassDef)]

    assert sorted(set(drawn)) == sorted(written)


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        source.path
        for source in sources("bot", "handlers")
        for node in nodes(source, ast.Attribute)
        if ast.unparse(node) in ("os.environ", "os.getenv")
    }

    assert readers == {"bot/settings.py"}


def test_threads_are_started_where_processes_are() -> None:
    assert _callers("threading.Thread", "Thread") <= {"bot/worker.py", "bot/adapters/wakeup.py"}


def test_pools_of_threads_are_for_a_pass_over_pictures_and_end_with_it() -> None:
    assert _callers("ThreadPoolExecutor") <= {"bot/services/preparation/packing.py"}


def _callers(*names: str) -> set[str]:
    return {
        source.path
        for source in sources("bot", "handlers")
        for node in nodes(source, ast.Call)
        if ast.unparse(node.func) in names
    }
