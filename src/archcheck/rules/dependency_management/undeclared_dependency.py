"""ARC0201: the program imports a library that no manifest declares."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set

from msgspec import Struct, field
from packaging.utils import canonicalize_name

from archcheck.analysis.distributions.declared import Declarations, Standing
from archcheck.analysis.distributions.development_tools import TEST_LIBRARIES
from archcheck.analysis.distributions.import_names import Library, library_of, squashed
from archcheck.analysis.facts import GUARDED, RUNTIME, ImportFact, ModuleFacts
from archcheck.analysis.imports.loading import loaded_modules
from archcheck.analysis.imports.standard_library import PYTHON_2, STANDARD_LIBRARY
from archcheck.analysis.kinds import is_application
from archcheck.analysis.manifests import Manifests
from archcheck.analysis.names.module_names import ancestry
from archcheck.model import Confidence, Member, Outcome, Role, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

_MOST_STEPS = 10
#: How the compiler of protocol buffers names the modules that it makes.
_GENERATED = ("_pb2", "_pb2_grpc")
#: Namespaces of packages that a program loads, and the program.
_HOSTED = {"sphinxcontrib": "sphinx"}
_PROJECT = "[project]\nname = 'shop'\nversion = '1'\n"
_MESSAGES = {
    Standing.TRANSITIVE: "{library} is imported, but is installed only because something else requires it",
    Standing.DEVELOPMENT: "{library} is imported, but declared for development only",
}
_GUESSED = "{library} is imported, and nothing that is declared has its name"
#: Nothing installs it with the program.
_WANTING = (Standing.DEVELOPMENT, Standing.MISSING)


class _Use(Struct):
    """The imports of one library, sorted by place."""

    library: Library
    imports: list[tuple[ModuleFacts, ImportFact]] = field(default_factory=list)


class UndeclaredDependency(ProjectRule):
    """A library is imported at run time, and no manifest declares it.

    It works as long as something else happens to install the library. When that something is upgraded or dropped,
    or the program is installed somewhere new, the import fails, and no version constraint has warned of it.

    A library that the lock file holds for the sake of another one is there today: that case is advice. Import names are
    led back to distributions by a table and by the names of what is declared and locked; where a name could belong to
    a declared distribution, nothing is said. A name that the table does not know, and that nothing declared is like, is
    advice: some distributions bring packages of quite another name.

    Not flagged: the standard library of every supported Python; what the repository itself provides, vendored and
    generated code included; imports in functions, under `try` or a condition, and for type checking; imports of
    modules that nothing loads when the program starts, such as plugins and integrations; what an extra or optional
    group declares; what is declared for development where only scripts beside the packages import it; libraries that
    belong to the interface of a declared one, such as `starlette` to FastAPI; names that come with the host program
    (`bpy`, `gdb`), the program into which the project plugs by its entry points or its namespace (`sphinxcontrib`), and where the project is named after
    that program (`pretix-passbook`) whatever it may bring along; test libraries, of which `misplaced-dev-dependency`
    speaks; projects whose requirements are computed, or that declare none at all; distributions that hold the types of a
    library alone, by name (``types-redis``) or classifier.
    """

    code = "ARC0201"
    severity = Severity.ERROR
    confidence = Confidence.MEDIUM
    noun = "imported libraries are declared"
    message = "{library} is imported, and no manifest declares it"
    advice = "add it to the run-time requirements of the manifest"
    waived_by = ("DEP001", "DEP003", "DEP004")
    seed = "001, principle 2: explicit dependencies, all of them declared in the manifest"
    good = (
        Example(
            "Every library that is imported is declared, whatever its distribution is called.",
            "import jwt\nimport yaml\nfrom google.cloud import storage\n",
            files={
                "pyproject.toml": f"{_PROJECT}dependencies = ['PyJWT>=2', 'pyyaml', 'google-cloud-storage']\n"
            },
        ),
        Example(
            "Starlette belongs to the interface of FastAPI.",
            "from fastapi import FastAPI\nfrom starlette.requests import Request\n\napp = FastAPI()\n",
            files={"requirements.txt": "fastapi>=0.115\n"},
        ),
        Example(
            "The program copes without the library.",
            "import httpx\n\ntry:\n    import orjson\nexcept ImportError:\n    orjson = None\n",
            files={"pyproject.toml": f"{_PROJECT}dependencies = ['httpx']\n"},
        ),
        Example(
            "An extra declares it.",
            "import redis\n",
            files={
                "pyproject.toml": f"{_PROJECT}dependencies = ['httpx']\n\n[project.optional-dependencies]\nredis = ['redis>=5']\n"
            },
        ),
    )
    bad = (
        Example(
            "Nothing says that PyYAML is needed.",
            "import httpx\nimport yaml  # [undeclared-dependency]\n",
            files={"pyproject.toml": f"{_PROJECT}dependencies = ['httpx>=0.28']\n"},
        ),
        Example(
            "It is declared for development only.",
            "import flask\nimport requests  # [undeclared-dependency]\n",
            files={
                "pyproject.toml": f"{_PROJECT}dependencies = ['flask']\n\n[dependency-groups]\ndev = ['requests']\n"
            },
        ),
        Example(
            "It is there because another library needs it.",
            "import certifi  # [undeclared-dependency]\nimport httpx\n",
            files={
                "pyproject.toml": f"{_PROJECT}dependencies = ['httpx>=0.28']\n",
                "uv.lock": "[[package]]\nname = 'httpx'\nversion = '0.28.1'\ndependencies = [{ name = 'certifi' }]\n\n"
                "[[package]]\nname = 'certifi'\nversion = '2024.12.14'\n",
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            packages = frozenset(
                module.name for module in project.facts_of(member) if module.is_package
            )
            outermost = {name.partition(".")[0] for name in packages}
            declarations = Declarations.of(project.manifests, member.root, outermost)
            if declarations is not None and not project.manifests[member.root].types_only:
                uses = self._uses(project, member)
                hosts = _hosts(project.manifests[member.root])
                brought = _is_made_for_host(
                    uses, declarations, hosts, project.manifests[member.root]
                )
                for use in uses.values():
                    standing = declarations.standing(use.library)
                    if standing in _WANTING and (brought or _is_one_of(hosts, use.library)):
                        continue
                    outcome = self._verdict(use, standing, packages)
                    if outcome is not None:
                        yield outcome

    def _uses(self, project: Project, member: Member) -> Mapping[str, _Use]:
        """The libraries that the member's program imports whenever it runs, by name."""
        manifests = project.manifests[member.root]
        modules = [module for module in project.facts_of(member) if module.role in self.roles]
        loaded = loaded_modules(
            modules,
            project.graph,
            started={
                point.target.partition(":")[0]
                for point in manifests.entry_points
                if point.name in manifests.scripts
            },
            deferred=is_application(member.kinds),
        )
        own = squashed(manifests.name)
        names = {module.name for module in modules}
        found: dict[str, _Use] = {}
        for module in sorted(modules, key=lambda module: module.path):
            if module.path not in loaded:
                continue
            optional = {_root(fact) for fact in module.imports if fact.kind == GUARDED}
            for fact in sorted(module.imports, key=lambda fact: fact.line):
                root = _root(fact)
                if (
                    fact.kind != RUNTIME
                    or fact.conditional
                    or root in optional
                    or root in STANDARD_LIBRARY
                    or root in PYTHON_2
                    or root in TEST_LIBRARIES
                    or squashed(root) == own
                    or project.first_party.provides(
                        f"{fact.module}.{fact.name}" if fact.name else fact.module, module.path
                    )
                ):
                    continue
                library = library_of(fact.module, fact.name)
                if library is not None and (
                    library.distributions
                    or not (_is_made_here(fact) or _is_close_by(fact, module, names))
                ):
                    key = library.distribution or library.name
                    found.setdefault(key, _Use(library)).imports.append((module, fact))
        return found

    def _verdict(self, use: _Use, standing: Standing, packages: Collection[str]) -> Outcome | None:
        (module, fact), *others = use.imports
        place = file_place(module.path, fact.line, use.library.name)
        if standing is Standing.UNKNOWN:
            return None
        if (
            standing is Standing.DEVELOPMENT
            and packages
            and all(_is_loose(each, packages) for each, _ in use.imports)
        ):
            return None
        if standing is Standing.DECLARED:
            return self.complies(place)
        guessed = standing is Standing.MISSING and _is_only_named(use.library)
        message = _GUESSED if guessed else _MESSAGES.get(standing, self.message)
        steps = [
            TraceStep(each.path, line.line, f"imports `{line.module}`") for each, line in others
        ]
        return self.violates(
            place,
            message=message,
            advice=guessed or standing is Standing.TRANSITIVE,
            trace=steps[:_MOST_STEPS],
            library=_described(use.library),
        )


def _hosts(manifests: Manifests) -> Set[str]:
    """The programs into which a project plugs: ``pretix`` for the group ``pretix.plugin`` of entry points.

    The name of the project's namespace tells it, too: ``sphinxcontrib-...`` is for Sphinx.
    """
    named = {host for space, host in _HOSTED.items() if squashed(manifests.name).startswith(space)}
    return named | {squashed(group.partition(".")[0]) for group in manifests.entry_point_groups}


def _is_made_for_host(
    uses: Mapping[str, _Use],
    declarations: Declarations,
    hosts: Collection[str],
    manifests: Manifests,
) -> bool:
    """Whether the project is named after a program that it plugs into and does not declare: that one installs it."""
    own = squashed(manifests.name)
    return any(
        _is_one_of([host for host in hosts if own.startswith(host)], use.library)
        and declarations.standing(use.library) is Standing.MISSING
        for use in uses.values()
    )


def _is_one_of(hosts: Collection[str], library: Library) -> bool:
    return any(squashed(name) in hosts for name in (library.name, *library.distributions))


def _is_only_named(library: Library) -> bool:
    """Whether no table tells what brings the library: a declared distribution of any other name may."""
    return not (library.distributions or library.namespace)


def _is_made_here(fact: ImportFact) -> bool:
    """Whether the build makes what is imported: an extension module, or code for protocol buffers."""
    return (
        fact.module.startswith("_")
        or fact.module.endswith(_GENERATED)
        or fact.name.endswith(_GENERATED)
    )


def _is_close_by(fact: ImportFact, module: ModuleFacts, names: Collection[str]) -> bool:
    """Whether a package around the module has another module of that name.

    ``from models import Order`` beside ``shop/models.py`` is no library, whether it works or not.
    """
    near = {f"{package}.{fact.module}" for package in ancestry(module.name)} - {module.name}
    return not near.isdisjoint(names)


def _is_loose(module: ModuleFacts, packages: Collection[str]) -> bool:
    """Whether a file stands beside the packages, in a folder or not, as a script of those who work on the project."""
    return (
        module.role is Role.RUNTIME
        and not module.is_package
        and not any(around in packages for around in ancestry(module.name))
    )


def _root(fact: ImportFact) -> str:
    return fact.module.partition(".")[0]


def _described(library: Library) -> str:
    """The library, and the distribution to declare where its name is another one."""
    distribution = library.distribution
    if not distribution or distribution == canonicalize_name(library.name):
        return f"`{library.name}`"
    return f"`{library.name}` (distribution `{distribution}`)"
