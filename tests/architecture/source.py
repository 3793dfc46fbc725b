"""The source as these tests read it: modules with their syntax trees, listeners as they register, and the manifest."""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

import handlers

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "sandbox", "training")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Source:
    """One file."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def sources(*packages: str) -> tuple[Source, ...]:
    """Every Python file of the packages; of all that are shipped without any named."""
    return tuple(_read(package) for name in packages or PACKAGES for package in sorted((ROOT / name).rglob("*.py")))


def nodes(source: Source, *kinds: type[ast.AST]) -> Iterator[Any]:
    return (node for node in ast.walk(source.tree) if isinstance(node, kinds))


@dataclass(slots=True)
class Registrations:
    """Stands in for Bolt's app and keeps what is registered, as (kind, what it listens to, listener)."""

    made: list[tuple[str, Any, Callable[..., Any]]] = field(default_factory=list)
    middleware: list[Callable[..., Any]] = field(default_factory=list)

    def command(self, what: Any, middleware: Any = ()) -> Callable[..., Any]:
        return self._keep("command", what, middleware)

    def action(self, what: Any, middleware: Any = ()) -> Callable[..., Any]:
        return self._keep("action", what, middleware)

    def options(self, what: Any, middleware: Any = ()) -> Callable[..., Any]:
        return self._keep("options", what, middleware)

    def view(self, what: Any, middleware: Any = ()) -> Callable[..., Any]:
        return self._keep("view", what, middleware)

    def message_shortcut(self, what: Any, middleware: Any = ()) -> Callable[..., Any]:
        return self._keep("shortcut", what, middleware)

    def event(self, what: Any, middleware: Any = ()) -> Callable[..., Any]:
        return self._keep("event", what, middleware)

    def of(self, kind: str) -> list[Any]:
        """What this kind of listener listens to."""
        return [what for made, what, _ in self.made if made == kind]

    def _keep(self, kind: str, what: Any, middleware: Any) -> Callable[..., Any]:
        self.middleware.extend(middleware)

        def keep(listener: Callable[..., Any]) -> Callable[..., Any]:
            self.made.append((kind, what, listener))
            return listener

        return keep


def capabilities() -> dict[str, ModuleType]:
    """The modules of `handlers` that register listeners."""
    names = [found.name for found in pkgutil.iter_modules(handlers.__path__)]
    modules = {name: importlib.import_module(f"handlers.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "register")}


def registrations() -> Registrations:
    """All that the app listens to."""
    found = Registrations()
    for module in capabilities().values():
        module.register(found)
    return found


def manifest() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return document


def commands() -> list[str]:
    """The slash commands that the manifest declares."""
    return [entry["command"] for entry in manifest()["features"]["slash_commands"]]


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(str(path.relative_to(ROOT)), text, ast.parse(text))
