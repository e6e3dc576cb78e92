"""Where do the names of one module lead in the others?

Follows re-exports, star imports and `__all__`, and the paths that a file alone cannot follow (see
`archcheck.analysis.names.paths`): variables, attributes, also inherited ones, results of functions and of
``__enter__``. A path may lead to several things, where a name is bound in two ways. Unknown stays unknown: with one
alternative that leads nowhere, or is altered elsewhere, nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from archcheck.analysis.calls.facts import Wrapping
from archcheck.analysis.calls.method_order import MARKERS, MethodOrder
from archcheck.analysis.facts import DEFERRED, ClassFact, FunctionFact, ModuleFacts
from archcheck.analysis.names.library import INSTANCES, canonical
from archcheck.analysis.names.paths import ABOVE, ARGUMENT, OR, SELF
from archcheck.analysis.names.things import ENTER, UNKNOWN, Thing, Things, called, united
from archcheck.model import Role

_MAX_STEPS = 40
#: By them a class makes something else than its instances.
_MAKERS = ("__new__", "__get__")
#: How many paths deep a path is followed: each variable, attribute or result on the way is a path of its own.
_MAX_DEPTH = 12


class Linker:
    """Follows names and paths through all modules.

    Args:
        modules: first-party modules by qualified name.
    """

    def __init__(self, modules: Mapping[str, ModuleFacts]) -> None:
        self.modules = modules
        self._known: dict[str, Things] = {}
        self._looked_up: dict[str, str] = {}
        self._parted: dict[str, tuple[str, str]] = {}
        self._roots = frozenset(name.partition(".")[0] for name in modules)

    @cached_property
    def classes(self) -> Mapping[str, ClassFact]:
        """Every first-party class by qualified name."""
        return {
            f"{name}.{fact.qualname}": fact
            for name, module in self.modules.items()
            for fact in module.classes
        }

    @cached_property
    def functions(self) -> Mapping[str, FunctionFact]:
        """Every first-party function by qualified name."""
        return {
            f"{name}.{fact.qualname}": fact
            for name, module in self.modules.items()
            for fact in module.functions
        }

    def instance(self, name: str) -> str:
        """Rewrite the path of a callee to ``Class.method`` or the function that it leads to, when that is known."""
        found = self.callees(name)
        return found[0] if len(found) == 1 else self.lookup(name)

    def callees(self, path: str) -> tuple[str, ...]:
        """``Class.method`` or the functions that the path of a callee may lead to; empty when nobody can know."""
        found = self.candidates(path)
        if any(thing.instance for thing in found):
            return ()
        return tuple(dict.fromkeys(thing.name for thing in found))

    def lookup(self, name: str) -> str:
        """Follow a first-party qualified name through re-exports to where it is defined.

        Names of other parties, and those that lead nowhere, come back unchanged.
        """
        found = self._looked_up.get(name)
        if found is None:
            found = self._looked_up[name] = self._defined(name)
        return found

    def _defined(self, name: str) -> str:
        seen: set[str] = set()
        while name not in seen and len(seen) < _MAX_STEPS:
            seen.add(name)
            module, rest = self.split(name)
            if not module or not rest:
                return name
            head, _, tail = rest.partition(".")
            target = self._imported(module, head)
            if not target:
                return name
            name = f"{target}.{tail}" if tail else target
        return name

    def definition(self, name: str) -> str:
        """The class or function that a name stands for, of an instance its class; unchanged when unknown.

        More than `lookup` it follows variables: ``Model = BaseModel``, ``settings = Settings()``.
        """
        found = self.lookup(name)
        if found in self.classes or not self.split(found.partition("(")[0])[0]:
            return found
        thing = self.follow(found)
        return thing.name if thing is not None else found

    def split(self, name: str) -> tuple[str, str]:
        """The longest first-party module that a name starts with, and the rest."""
        if name.partition(".")[0] not in self._roots:
            return "", name
        found = self._parted.get(name)
        if found is None:
            prefix = name
            while prefix and prefix not in self.modules:
                prefix = prefix.rpartition(".")[0]
            rest = name[len(prefix) + 1 :] if prefix else name
            found = self._parted[name] = (prefix, rest)
        return found

    def follow(self, path: str) -> Thing | None:
        """What a path leads to; None when nobody can know, or when it may be several things."""
        found = self.candidates(path)
        return found[0] if len(found) == 1 else None

    def candidates(self, path: str) -> Things:
        """All that a path may lead to; empty when nobody can know."""
        return self._follow(path, "", 0) if path else UNKNOWN

    # --- paths

    def _follow(self, path: str, receiver: str, depth: int) -> Things:
        """Follow a path whose ``Self()`` is an instance of ``receiver``."""
        key = f"{receiver}:{path}" if SELF in path else path
        if key in self._known:
            return self._known[key]
        if depth > _MAX_DEPTH:
            return UNKNOWN
        self._known[key] = UNKNOWN  # a circle of paths leads nowhere
        found = self._known[key] = united(
            [self._walk(each, receiver, depth) for each in path.split(OR)]
        )
        return found

    def _walk(self, path: str, receiver: str, depth: int) -> Things:
        if path.startswith(SELF):
            things: Things = (Thing(receiver, instance=True),) if receiver else UNKNOWN
            rest = path[len(SELF) + 1 :]
        else:
            module, rest = self.split(path.partition("(")[0])
            rest = path[len(module) + 1 :] if module else path
            things = (Thing(module),)
            if not module:
                head, _, rest = path.partition(".")
                things = called(Thing(head.rstrip("()")), head.count("()"))
        above = False
        for segment in rest.split(".") if rest else ():
            if segment == ABOVE:
                above = True
                continue
            name = segment.rstrip("()")
            things = united(
                [
                    self._above(thing.name, name) if above else self._attribute(thing, name, depth)
                    for thing in things
                ]
            )
            above = False
            for _ in range(segment.count("()")):
                things = united([self._call(thing, depth) for thing in things])
            if not things:
                return UNKNOWN
        return things

    def _attribute(self, thing: Thing, name: str, depth: int) -> Things:
        if thing.name in self.modules and not thing.instance:
            return self._member(thing.name, name, depth)
        if thing.name in self.classes:
            return self._attribute_of_class(thing, name, depth)
        if thing.name in self.functions:
            nested = f"{thing.name}.{name}"
            if not thing.instance and (nested in self.functions or nested in self.classes):
                return (Thing(nested),)
            manager = thing.instance and name in ENTER
            return (Thing(f"{thing.name}.{name}", receiver=thing.name),) if manager else UNKNOWN
        attribute = canonical(f"{thing.name}.{name}")
        if attribute in INSTANCES:
            return (Thing(INSTANCES[attribute], instance=True),)
        return (Thing(attribute, receiver=thing.name),)

    def _member(self, module: str, name: str, depth: int) -> Things:
        """What a module's attribute is worth."""
        qualified = f"{module}.{name}"
        if qualified in self._altered:
            return UNKNOWN
        if name in self._variables[module]:
            path = self._variables[module][name]
            return self._follow(path, "", depth + 1) if path else UNKNOWN
        if qualified in self.classes or qualified in self.functions:
            return (Thing(qualified),)
        targets = self._aliases[module].get(name, ())
        if targets:
            return united([self._follow(target, "", depth + 1) for target in targets])
        if qualified in self.modules:
            return (Thing(qualified),)
        source = self._star_source(module, name)
        if not source or depth >= _MAX_DEPTH:
            return UNKNOWN
        if source in self.modules:
            return self._member(source, name, depth + 1)
        return self._attribute(Thing(source), name, depth + 1)

    def _attribute_of_class(self, thing: Thing, name: str, depth: int) -> Things:
        """An attribute of a first-party class or its instance, its own or inherited."""
        bare = True
        for owner in self._line_of(thing.name):
            fact = self.classes.get(owner)
            if fact is None:
                # What a library's class does is known only where nothing on the way can change it.
                known = bare and owner != "?"
                return (
                    self._attribute(Thing(owner, thing.instance), name, depth) if known else UNKNOWN
                )
            qualified = f"{owner}.{name}"
            if qualified in self._altered:
                return UNKNOWN
            attributes = dict(fact.attributes)
            if name in attributes:
                path = attributes[name]
                return self._follow(path, thing.name, depth + 1) if path else UNKNOWN
            if qualified in self.functions:
                return (Thing(qualified, receiver=thing.name),)
            if qualified in self.classes:
                return (Thing(qualified),)
            bare = bare and not attributes and owner not in self._with_methods
        return UNKNOWN

    def _above(self, owner: str, method: str) -> Things:
        """The method that ``super()`` finds in a method of a class."""
        found = self.method_order.above(owner, method)
        qualified = f"{found}.{method}"
        return (Thing(qualified),) if found and qualified not in self._altered else UNKNOWN

    def _line_of(self, name: str) -> list[str]:
        """A class and its bases in the order in which they answer for an attribute."""
        return [each for each in self.method_order.order(self.lookup(name)) if each not in MARKERS]

    @cached_property
    def method_order(self) -> MethodOrder:
        """The order of the classes' bases, and who overrides whom."""
        of_tests = frozenset(
            f"{name}.{fact.qualname}"
            for name, module in self.modules.items()
            if module.role is Role.TEST
            for fact in module.classes
        )
        return MethodOrder(self.classes, self.functions, self.lookup, of_tests)

    def _call(self, thing: Thing, depth: int) -> Things:
        if thing.name in self.classes:
            return UNKNOWN if thing.instance else (Thing(thing.name, instance=True),)
        fact = self.functions.get(thing.name)
        if fact is not None and not thing.instance:
            if fact.enters:
                return (Thing(thing.name, instance=True),)
            if not fact.returns or not all(map(self._gives_result, fact.decorators)):
                return UNKNOWN
            return self._follow(fact.returns, thing.receiver, depth + 1)
        manager = self.functions.get(thing.receiver)
        if manager is not None:
            return self._follow(manager.enters, "", depth + 1)
        return UNKNOWN if thing.name in self.modules else called(thing, 1)

    # --- decorators

    def runs(self, function: FunctionFact) -> str:
        """How a function must be called for its body to run; ``""`` where a decorator of our own may replace it."""
        return (
            function.runs if all(self._runs(each, function) for each in function.decorators) else ""
        )

    def keeps_arguments(self, function: FunctionFact) -> bool:
        """Whether the decorators of our own leave the arguments of a call in their places."""
        found = map(self._wrapping, function.decorators)
        return not any(wrapping is not None and wrapping.shifts for wrapping in found)

    def _runs(self, decorator: str, function: FunctionFact) -> bool:
        """Whether a decorator leaves a function to run as it does by itself."""
        wrapping = self._wrapping(decorator)
        return wrapping is not None and function.runs in wrapping.runs

    def _gives_result(self, decorator: str) -> bool:
        """Whether what a decorator gives back gives what the function gives that it was given."""
        wrapping = self._wrapping(decorator)
        if wrapping is not None and wrapping.returns:
            return True
        fact = self.functions.get(self.lookup(decorator))
        return fact is not None and fact.returns == ARGUMENT and not fact.decorators

    def _wrapping(self, decorator: str) -> Wrapping | None:
        """What a decorator makes of a function; None when unknown."""
        name = decorator.removesuffix("()")
        home, is_configured = self.lookup(name), name != decorator
        if home in self.classes and self._is_plain(home):
            home = f"{home}.__call__" if is_configured else f"{home}.__init__"
        fact = self.functions.get(home)
        found = fact.wrapping if fact is not None and fact.runs else None
        return found if found is not None and found.configured == is_configured else None

    def _is_plain(self, owner: str) -> bool:
        """Whether calling a class makes an instance of it, and nothing but a call makes anything of an instance."""
        fact = self.classes[owner]
        is_special = fact.metaclass or fact.decorators or not MARKERS.issuperset(fact.bases)
        return not is_special and not any(f"{owner}.{each}" in self.functions for each in _MAKERS)

    # --- names

    def _imported(self, module: str, name: str) -> str:
        """What a name of a module stands for when the module only imports it; ``""`` otherwise."""
        targets = self._aliases[module].get(name, ())
        if targets:
            return targets[0]
        qualified = f"{module}.{name}"
        if qualified in self.modules or qualified in self.classes or qualified in self.functions:
            return ""
        if name in self._variables[module]:
            return ""
        source = self._star_source(module, name)
        return f"{source}.{name}" if source else ""

    def _star_source(self, module: str, name: str) -> str:
        """The one module from which a star import brings ``name``; ``""`` when there is none, or several may."""
        sources = self._stars.get(module, ())
        if len(sources) == 1 and not self.split(sources[0])[0] and not name.startswith("_"):
            return sources[0]  # a library's
        if not sources or any(source not in self.modules for source in sources):
            return ""
        found = [source for source in sources if self._offers(source, name, {module})]
        return found[0] if len(found) == 1 else ""

    def _offers(self, module: str, name: str, seen: set[str]) -> bool:
        """Whether a star import of ``module`` brings ``name``."""
        facts = self.modules.get(module)
        if facts is None or module in seen:
            return False
        if name not in facts.exports if facts.exports is not None else name.startswith("_"):
            return False
        qualified = f"{module}.{name}"
        return (
            name in self._variables[module]
            or name in self._aliases[module]
            or qualified in self.classes
            or qualified in self.functions
            or any(
                self._offers(source, name, {*seen, module})
                for source in self._stars.get(module, ())
            )
        )

    @cached_property
    def _aliases(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Module -> imported local name -> what it may stand for."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for name, module in self.modules.items():
            aliases = found.setdefault(name, {})
            for fact in module.imports:
                if not fact.alias or fact.name == "*" or fact.kind == DEFERRED:
                    continue
                root = fact.module.partition(".")[0]
                target = f"{fact.module}.{fact.name}" if fact.name else fact.module
                if not fact.name and fact.alias == root:
                    target = root  # `import a.b` binds `a`, `import a.b as c` binds `a.b`
                known = aliases.get(fact.alias, ())
                if target not in known:
                    aliases[fact.alias] = (*known, target)
        return found

    @cached_property
    def _stars(self) -> dict[str, tuple[str, ...]]:
        """Module -> the modules that it imports ``*`` from."""
        return {
            name: sources
            for name, module in self.modules.items()
            if (sources := tuple(fact.module for fact in module.imports if fact.name == "*"))
        }

    @cached_property
    def _variables(self) -> dict[str, dict[str, str]]:
        return {name: dict(module.variables) for name, module in self.modules.items()}

    @cached_property
    def _with_methods(self) -> frozenset[str]:
        return frozenset(name.rpartition(".")[0] for name in self.functions)

    @cached_property
    def _altered(self) -> frozenset[str]:
        """Variables and attributes with an altered object, by where they are defined."""
        paths = {path for module in self.modules.values() for path in module.altered}
        return frozenset(self.lookup(path.replace("()", "")) for path in paths)
