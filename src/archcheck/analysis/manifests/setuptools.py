"""``setup.cfg`` and ``setup.py``; the latter is read as syntax and never run."""

from __future__ import annotations

import ast
import configparser
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archcheck.analysis.manifests.model import Requirement
from archcheck.analysis.manifests.reading import broken, line_of, read_text
from archcheck.analysis.manifests.requirements import parse


@dataclass(frozen=True, slots=True)
class Setup:
    """What setuptools is told; ``dynamic`` when some dependencies are computed."""

    name: str = ""
    requires_python: str = ""
    scripts: tuple[str, ...] = ()
    entry_point_groups: tuple[str, ...] = ()
    dynamic: bool = False
    requirements: tuple[Requirement, ...] = ()


def read_setup_cfg(root: Path, path: str) -> Setup:
    """Read a ``setup.cfg``.

    Raises:
        UnreadableManifestError: it is no INI file.
    """
    text = read_text(root, path)
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", 0) or 0
        raise broken(path, line, "is no valid INI file", "mend the syntax") from error
    options = parser["options"] if parser.has_section("options") else {}
    requirements = _lines(options.get("install_requires", ""), "", text, path)
    extras = "options.extras_require"
    if parser.has_section(extras):
        for group, value in parser[extras].items():
            requirements += _lines(value, group, text, path)
    points = "options.entry_points"
    groups = dict(parser[points]) if parser.has_section(points) else {}
    return Setup(
        name=parser.get("metadata", "name", fallback=""),
        requires_python=str(options.get("python_requires", "")),
        scripts=tuple(
            line.partition("=")[0].strip()
            for line in groups.get("console_scripts", "").splitlines()
            if "=" in line
        ),
        entry_point_groups=tuple(sorted(set(groups) - {"console_scripts", "gui_scripts"})),
        dynamic="file:" in str(options.get("install_requires", "")),
        requirements=tuple(requirements),
    )


def _lines(value: str, group: str, text: str, path: str) -> list[Requirement]:
    found = (
        parse(line, path, line_of(text, line.strip()), group)
        for line in value.splitlines()
        if line.strip() and not line.strip().startswith("#")
    )
    return [item for item in found if item is not None]


def read_setup_py(root: Path, path: str) -> Setup:
    """Read the literal arguments of the ``setup()`` call; anything computed makes it dynamic.

    Raises:
        UnreadableManifestError: it is no Python that this version reads.
    """
    text = read_text(root, path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return Setup(dynamic=True)  # the file itself is reported by the analysis
    names = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_setup(node.func):
            arguments = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            return _setup(arguments, names, path)
    return Setup()


def _is_setup(func: ast.expr) -> bool:
    return (isinstance(func, ast.Name) and func.id == "setup") or (
        isinstance(func, ast.Attribute) and func.attr == "setup"
    )


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Module-level names and the expression they are bound to, once each."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                found[target.id] = node.value
    return found


def _setup(arguments: Mapping[str, ast.expr], names: Mapping[str, ast.expr], path: str) -> Setup:
    def named(key: str) -> ast.expr | None:
        value = arguments.get(key)
        return names.get(value.id) if isinstance(value, ast.Name) else value

    requires, computed = _strings(named("install_requires"), names)
    requirements = _parsed(requires, "", path)
    extras = named("extras_require")
    if isinstance(extras, ast.Dict):
        for key, value in zip(extras.keys, extras.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                entries, _ = _strings(value, names)
                requirements += _parsed(entries, key.value, path)
    scripts: list[str] = []
    groups: list[str] = []
    points = named("entry_points")
    if isinstance(points, ast.Dict):
        for key, value in zip(points.keys, points.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                entries, _ = _strings(value, names)
                if key.value == "console_scripts":
                    scripts += [text.partition("=")[0].strip() for text, _ in entries]
                else:
                    groups.append(key.value)
    return Setup(
        name=_constant(named("name")),
        requires_python=_constant(named("python_requires")),
        scripts=tuple(scripts),
        entry_point_groups=tuple(groups),
        dynamic=computed,
        requirements=tuple(requirements),
    )


def _constant(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _strings(
    node: ast.expr | None, names: Mapping[str, ast.expr]
) -> tuple[list[tuple[str, int]], bool]:
    """The literal strings of a list with their lines, and whether something in it is computed."""
    if node is None:
        return [], False
    if isinstance(node, ast.Name) and node.id in names:
        node = names[node.id]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _strings(node.left, names), _strings(node.right, names)
        return left[0] + right[0], left[1] or right[1]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        lines = [line.strip() for line in node.value.splitlines() if line.strip()]
        return [(line, node.lineno) for line in lines], False
    if not isinstance(node, (ast.List, ast.Tuple)):
        return [], True
    found = [
        (item.value, item.lineno)
        for item in node.elts
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]
    return found, len(found) < len(node.elts)


def _parsed(entries: list[tuple[str, int]], group: str, path: str) -> list[Requirement]:
    found = (parse(text, path, line, group) for text, line in entries)
    return [item for item in found if item is not None]
