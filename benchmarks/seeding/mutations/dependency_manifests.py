"""Seeds of principle 2 that change what a manifest requires at run time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archcheck.model import Role
from seeding.seed import Edit, Seed, mutates
from seeding.source import Source, read_text

_CODE = frozenset({Role.RUNTIME, Role.CLI, Role.ENTRYPOINT})
_NAME = r"(?P<name>[A-Za-z0-9][\w.-]*)"
_EXTRAS = r"(?:\[[\w,. -]*\])?"
# One requirement a line, without a marker: what is required on one platform only is another matter.
_LISTED = re.compile(
    rf"""^(?P<head>[ \t]*["']?){_NAME}{_EXTRAS}[ \t]*(?:\(?(?:[<>]=?|[=!~]=)[\w.*,<>=!~ ]*\)?)?(?P<tail>["']?,?)[ \t]*(?:\#.*)?\n""",
    re.MULTILINE,
)
_KEYED = re.compile(
    rf"""^(?P<head>){_NAME}[ \t]*=[ \t]*["'][\^~<>=*\d][^"'\n]*["'](?P<tail>)[ \t]*\n""",
    re.MULTILINE,
)
_BUILT = re.compile(
    rf"^(?P<head>Requires-Dist: ){_NAME}{_EXTRAS}[ \t]*\(?[^;@\n]*(?P<tail>)\n", re.MULTILINE
)
#: The part of a manifest that holds the run-time requirements, and what one of its lines looks like.
_PARTS = {
    "pyproject.toml": (
        (re.compile(r"^\[project\]\n(?:(?!\[)[^\n]*\n)*?dependencies *= *\[\n(?P<part>[^\]]*(?:\[[^\]]*\][^\]]*)*)\]", re.MULTILINE), _LISTED),
        (re.compile(r"^\[tool\.poetry\.dependencies\]\n(?P<part>(?:(?!\[)[^\n]*\n)*)", re.MULTILINE), _KEYED),
    ),
    "setup.cfg": ((re.compile(r"^install_requires *=[ \t]*\n(?P<part>(?:[ \t]+[^\n]*\n)+)", re.MULTILINE), _LISTED),),
    "METADATA": ((re.compile(r"(?P<part>\A(?:[^\n]+\n)+)"), _BUILT),),
}  # fmt: skip
_LOCKS = frozenset({"Pipfile.lock", "pdm.lock", "poetry.lock", "pylock.toml", "uv.lock"})
_TOOLS = ("flake8", "pylint", "mypy", "black", "isort", "tox")
_BRANCH = "git+https://git.example.org/forks/{}.git@main"


@dataclass(frozen=True)
class _Line:
    """A line that requires something at run time.

    Attributes:
        manifest: path of its file.
        number: there, from 1.
        span: its place, its end included.
        name: of what is required.
        head, tail: what stands before and behind a requirement.
        keyed: it is a line of a table.
    """

    manifest: str
    number: int
    span: tuple[int, int]
    name: str
    head: str
    tail: str
    keyed: bool

    def seed(self, *edits: Edit) -> Seed:
        return Seed(self.manifest, self.number, f"line {self.number}", edits, self.span)


def _required(source: Source) -> Iterator[_Line]:
    """The lines of the manifest, asked for with the first file of a project alone."""
    if source is not source.project.sources[0]:
        return
    root = source.project.root
    for found in (*root.glob("*.*"), *root.glob("*.dist-info/METADATA")):
        if not found.is_file():
            continue
        for place, line in _PARTS.get(found.name, ()):
            text, _ = read_text(found)
            part = place.search(text)
            if part is None:
                continue
            for match in line.finditer(text, part.start("part"), part.end("part")):
                if match["name"].lower() not in ("python", source.project.name):
                    yield _Line(
                        found.relative_to(root).as_posix(),
                        text.count("\n", 0, match.start()) + 1,
                        match.span(),
                        match["name"],
                        match["head"],
                        match["tail"],
                        line is _KEYED,
                    )


@mutates("ARC0202", "a requirement is taken from a branch", roles=_CODE)
def from_branch(source: Source) -> Iterator[Seed]:
    # A lock says which commit of the branch is meant.
    if any((source.project.root / name).is_file() for name in _LOCKS):
        return
    for line in _required(source):
        link = _BRANCH.format(line.name)
        text = f"{line.head}{line.name} @ {link}{line.tail}\n"
        if line.keyed:
            address, _, branch = link.removeprefix("git+").partition("@")
            text = f'{line.name} = {{ git = "{address}", branch = "{branch}" }}\n'
        yield line.seed(Edit(*line.span, text))


@mutates("ARC0204", "a development tool joins the requirements", roles=_CODE)
def tool_required(source: Source) -> Iterator[Seed]:
    # A project that names a tool anywhere may run it.
    unnamed = [
        tool
        for tool in _TOOLS
        if not any(tool in each.text for each in source.project.sources if each.role in _CODE)
    ]
    for line, tool in zip(_required(source), unnamed, strict=False):
        text = f"{line.head}{tool}>=1{line.tail}\n" if not line.keyed else f'{tool} = ">=1"\n'
        yield line.seed(Edit(line.span[1], line.span[1], text))
