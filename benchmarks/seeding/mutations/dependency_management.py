"""Seeds of principle 2."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from archcheck.model import Role
from seeding.seed import Edit, Seed, mutates
from seeding.source import AnyFunction, Project, Source, read_text

_CODE = frozenset({Role.RUNTIME})
_MANIFESTS = re.compile(
    r"(?:.*/)?(?:pyproject\.toml|setup\.cfg|setup\.py|[\w-]*requirements[\w-]*\.txt|requirements/.*\.txt)"
)
# What the others say may be computed, and an archive's metadata repeats it.
_EDITED = frozenset({"pyproject.toml", "setup.cfg"})
# A line of a list of requirements, and one of a table of them; each with one requirement and no marker.
_LISTED = re.compile(
    r"""^[ \t]*(["']?)([A-Za-z0-9][\w.-]*)(?:\[[\w,. -]*\])?[ \t]*(?:\(?(?:[<>]=?|[=!~]=)[\w.*,<>=!~ ]*\)?)?\1,?[ \t]*(?:#.*)?\n""",
    re.MULTILINE,
)
_KEYED = re.compile(
    r"""^(["']?)([A-Za-z0-9][\w.-]*)\1[ \t]*=[ \t]*(?:["'][\^~<>=*\d][^"'\n]*["']|\{[^\n;]*version[^\n;]*\})[ \t]*\n""",
    re.MULTILINE,
)
_MOST_IMPORTS = 10
#: Libraries that belong to the interface of another one: who requires that one may import them.
_INTERFACES = {"starlette": "fastapi"}
_WORK = frozenset(
    {"requests.get", "requests.post", "httpx.get", "httpx.post", "urllib.request.urlopen", "sqlite3.connect",
     "subprocess.run", "subprocess.check_output", "subprocess.check_call", "subprocess.Popen"}
)  # fmt: skip


def _squashed(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


@cache
def _requirements(project: Project) -> Mapping[str, tuple[str, tuple[int, int]]]:
    """Name of a requirement that stands in one place alone -> the manifest and where its line is in it."""
    places: defaultdict[str, list[tuple[str, tuple[int, int]]]] = defaultdict(list)
    words: list[str] = []
    for found in sorted(project.root.rglob("*.*")):
        path = found.relative_to(project.root).as_posix()
        if not _MANIFESTS.fullmatch(path) or not found.is_file():
            continue
        text, _ = read_text(found)
        words += re.findall(r"[A-Za-z0-9][\w.-]*", text)
        for match in (*_LISTED.finditer(text), *_KEYED.finditer(text)):
            places[_squashed(match[2])].append((path, match.span()))
    named = [_squashed(word) for word in words]
    return {
        name: lines[0]
        for name, lines in places.items()
        if len(lines) == 1 and named.count(name) == 1 and lines[0][0] in _EDITED
    }


@cache
def _imports(project: Project) -> Mapping[str, list[tuple[Source, ast.stmt]]]:
    """First segment of a name -> the statements at the top level of modules that import it."""
    found: defaultdict[str, list[tuple[Source, ast.stmt]]] = defaultdict(list)
    for source in project.sources:
        if source.role is not Role.RUNTIME:
            continue
        for node in source.tree.body:
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for root in {name.partition(".")[0] for name in names}:
                found[root].append((source, node))
    return found


@cache
def _optional(project: Project) -> frozenset[str]:
    """First segments of what some module imports under a `try` or a condition."""
    return frozenset(
        name.partition(".")[0]
        for source in project.sources
        for node in (*source.nodes(ast.Try), *source.nodes(ast.If))
        for each in ast.walk(node)
        if isinstance(each, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in each.names]
            if isinstance(each, ast.Import)
            else [each.module or ""]
        )
    )


@mutates("ARC0201", "a requirement of an imported library dropped", roles=_CODE)
def undeclared(source: Source) -> Iterator[Seed]:
    project = source.project
    for name, (manifest, (start, end)) in _requirements(project).items():
        if name in sys.stdlib_module_names or name in _optional(project):
            continue
        if _INTERFACES.get(name) in _imports(project):
            continue
        # Those that other modules import at their top level: a program does not start without them.
        uses = [use for use in _imports(project).get(name, ()) if project.importers(use[0].module)]
        if not uses or uses[0][0] is not source or len(_imports(project)[name]) > _MOST_IMPORTS:
            continue
        others = [(each.path, each.span(node)) for each, node in _imports(project)[name]]
        seed = source.seed(uses[0][1], Edit(start, end, ""))
        yield replace(seed, edited=manifest, elsewhere=tuple(others))


def _at_the_end(source: Source, text: str, *edits: Edit) -> Seed:
    """A seed whose finding is due at the statement that is put at the end of the module."""
    end = len(source.text)
    return Seed(
        source.path,
        source.text.count("\n") + 1,
        "end of module",
        (*edits, Edit(end, end, f"\n{text}")),
        (end, end),
    )


def _is_library_like(source: Source) -> bool:
    """Whether a module is there to be imported, as others do."""
    name = source.module.rpartition(".")[2]
    return bool(source.project.importers(source.module)) and not name.startswith("__")


def _stands_alone(source: Source, call: ast.Call, function: AnyFunction) -> bool:
    """Whether a call means the same outside of its function: it uses what the module binds at its top level."""
    bound = {
        node.id
        for statement in source.tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    used = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
    known = bound | {
        alias.asname or alias.name.partition(".")[0]
        for statement in source.tree.body
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for alias in statement.names
    }
    return used <= known and not isinstance(function, ast.AsyncFunctionDef)


@mutates(
    "ARC0206", "a function's request, process or connection moved to module level", roles=_CODE
)
def moved_to_module(source: Source) -> Iterator[Seed]:
    if not _is_library_like(source):
        return
    for call in source.calls:
        function = source.function(call)
        if source.name(call.func) not in _WORK or function is None:
            continue
        if _stands_alone(source, call, function):
            yield _at_the_end(source, f"_RESULT = {source.code(call)}")


@mutates("ARC0206", "a request while the module loads", roles=_CODE)
def request_on_import(source: Source) -> Iterator[Seed]:
    for library in ("requests", "httpx"):
        if library in source.libraries and _is_library_like(source):
            local, edits = source.ensure_import(library)
            text = f'_RATES = {local}.get("https://rates.example", timeout=5).json()'
            yield _at_the_end(source, text, *edits)
