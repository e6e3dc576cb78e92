"""What survives of a file once its tree is gone."""

from __future__ import annotations

from archcheck.analysis.calls.facts import Wrapping
from archcheck.analysis.calls.site import CallSite
from archcheck.analysis.routing.facts import NO_ROUTING, RoutingFacts
from archcheck.model import Place, Role
from archcheck.record import Interned, Record

#: Kinds of import edges, see `ImportFact.kind`.
RUNTIME, TYPING, DEFERRED, GUARDED, MAIN_GUARD, DYNAMIC = (
    "runtime",
    "typing",
    "deferred",
    "guarded",
    "main-guard",
    "dynamic",
)


#: How a call runs what it calls, and how a function must be called for its body to run.
CALLED, AWAITED, ITERATED, ENTERED = "called", "awaited", "iterated", "entered"


class ImportFact(Record, frozen=True):
    """One imported name.

    Attributes:
        module: absolute name of the module that is imported or imported from.
        name: the name taken from it, ``""`` for ``import module``, ``*`` for a star import.
        alias: the local name it is bound to.
        line: where.
        kind: ``runtime``, ``typing`` (under ``TYPE_CHECKING``), ``deferred`` (in a function), ``guarded``
            (``try`` or platform check), ``main-guard`` or ``dynamic`` (a literal ``import_module``).
        under_type_checking: it stands in the body of an ``if`` whose test is spelt ``TYPE_CHECKING`` or
            ``….TYPE_CHECKING``: all that grimp takes for a type checking import.
        conditional: a condition decides whether it is made, a setting for one, or the program copes when it fails.
    """

    module: Interned
    name: Interned
    alias: Interned
    line: int
    kind: Interned
    under_type_checking: bool = False
    conditional: bool = False


class CallFact(Record, frozen=True):
    """A call that may lead into another first-party function, or that waits by itself.

    Attributes:
        callee: qualified name, or the path to it, see `archcheck.analysis.names.paths`.
        text: the callee as written.
        line: where it stands.
        how: ``called``, ``awaited`` (or made a task), ``iterated`` (a loop or a collection takes its items) or
            ``entered`` (by ``with`` or an exit stack).
        optional: whether its function makes it at all is up to a caller, an operator or a failure; told of functions
            that are not ``async``, since chains of calls run through no others.
        waits: for something outside of the program (``outside``), for work of this machine that is mostly short
            (``briefly``), or not for all that is known here (empty).
        place: where a finding about it would stand, for a call that may keep an event loop waiting: one that an
            ``async`` function makes and does not await. Nobody asks for that of the others, which are many.
    """

    callee: Interned
    text: Interned
    line: int
    how: Interned = CALLED
    optional: bool = False
    waits: str = ""
    place: Place | None = None


class FunctionFact(Record, frozen=True):
    """A function or method.

    Attributes:
        qualname: inside the module.
        line: of the ``def``.
        is_async: ``async def``.
        calls: qualified names of what it calls, where known; ``.name`` for a method of an unknown receiver.
        asserts: it is test code that asserts, itself or in a nested function.
        logs: it writes to a log by itself.
        raises: it raises by itself.
        is_test: a test runner would collect it.
        returns: paths of what a call of it gives, see `archcheck.analysis.names.paths`; ``""`` when unknown.
        decorators: first-party ones, with ``()`` behind those that are called: ``returns`` and ``runs`` hold if they
            leave them as they are.
        declares: it says by an annotation what it gives.
        enters: paths of what ``with function() as x`` binds, when it is made a context manager.
        runs: how it must be called for its body to run, as in `CallFact.how`: a plain function ``called``, a
            coroutine ``awaited``, a generator ``iterated``, a context manager ``entered``; empty where nobody can
            tell, because a decorator of somebody else may replace it or its name has another definition.
        followed: those of its calls that lead on. Functions of tests and examples tell none.
        main_guard: it is defined under ``if __name__ == "__main__"``.
        cached: `functools` keeps what it returned, and returns it again.
        wrapping: what it, or a call of it, makes of a function as its decorator; None when unknown.
    """

    qualname: Interned
    line: int
    is_async: bool = False
    calls: tuple[Interned, ...] = ()
    asserts: bool = False
    logs: bool = False
    raises: bool = False
    is_test: bool = False
    returns: str = ""
    decorators: tuple[Interned, ...] = ()
    declares: bool = False
    enters: str = ""
    runs: Interned = CALLED
    followed: tuple[CallFact, ...] = ()
    main_guard: bool = False
    cached: bool = False
    wrapping: Wrapping | None = None

    @property
    def renders_tracebacks(self) -> bool:
        """Whether it makes a text of a traceback by itself."""
        return any(call.startswith("traceback.") for call in self.calls)


class ClassFact(Record, frozen=True):
    """A class.

    Attributes:
        qualname: inside the module.
        line: of the ``class``.
        bases: their qualified names; ``?`` for each that is unknown.
        mutability: what it says itself of its instances, see `records`; ``""`` where it says nothing.
        changes_itself: a method gives an attribute of ``self`` a value after the instance was built.
        decorators: qualified names; ``?`` for each that is unknown.
        metaclass: qualified name, ``?`` when unknown; empty for `type` and `abc.ABCMeta`.
        attributes: names that it gives a value, properties included, and the paths of that value, see
            `archcheck.analysis.names.paths`; ``""`` where it is unknown. Classes of tests tell none.
    """

    qualname: Interned
    line: int
    bases: tuple[Interned, ...] = ()
    mutability: str = ""
    changes_itself: bool = False
    decorators: tuple[Interned, ...] = ()
    metaclass: str = ""
    attributes: tuple[tuple[Interned, Interned], ...] = ()


class Evidence(Record, frozen=True):
    """A place that tells what a project is, such as ``fastapi.FastAPI()``."""

    name: Interned
    line: int


class ResilienceFacts(Record, frozen=True):
    """What a module asks other services for, and what it provides for their failure.

    Attributes:
        remote_calls: its calls to other services, by the library's name.
        retries: the first sign that a failed call is tried again, if any.
        retries_something: it asks no other service by a known client, and yet tries something again.
        isolation: the first sign that the program goes on without a service that fails, if any.
    """

    remote_calls: tuple[Evidence, ...] = ()
    retries: tuple[Evidence, ...] = ()
    retries_something: bool = False
    isolation: tuple[Evidence, ...] = ()


class EnvironmentRead(Record, frozen=True):
    """A read of an environment variable.

    Attributes:
        name: of the variable, ``""`` when it is computed.
        line: where.
        as_script: under ``if __name__ == "__main__"``, in a function called ``main`` or as the default of an option of
            the command line.
    """

    name: str
    line: int
    as_script: bool = False


class TelemetryMark(Record, frozen=True):
    """A place that tells the outside how the program does.

    Attributes:
        pillar: ``logs`` (structured ones), ``metrics``, ``traces``, ``errors`` (reports of them) or ``correlation``
            (an id that follows a request).
        name: what is used there: a qualified name, a header, a command.
        line: where.
        loggers: names of the only loggers of the standard library that a structured log serves; empty for all.
    """

    pillar: Interned
    name: Interned
    line: int
    loggers: tuple[str, ...] = ()


class RequiredVariable(Record, frozen=True):
    """An environment variable without which the module does not work.

    Attributes:
        names: that it may be given under, in upper case; any of them will do.
        line: of the read or the settings field.
    """

    names: tuple[str, ...]
    line: int


class StateChange(Record, frozen=True):
    """A function changes a collection or variable that lives at module level.

    Attributes:
        function: qualified name inside the module.
        variable: that is changed.
        place: where.
    """

    function: str
    variable: str
    place: Place


class LifecycleFacts(Record, frozen=True):
    """How the module puts away what it holds.

    Attributes:
        closed_attributes: attributes that are closed or entered: ``app.http.Client.session`` on the ``self`` of a
            class, ``.session`` on any other object.
        held: module-level variables, and attributes and items of an application, that hold what must be closed.
        shutdown_hook: it has something run when an application or the process stops.
    """

    closed_attributes: tuple[str, ...] = ()
    held: tuple[Evidence, ...] = ()
    shutdown_hook: bool = False


class Handover(Record, frozen=True):
    """A function hands what a client sent to a first-party function.

    Attributes:
        callee: qualified name, or the path to it, see `archcheck.analysis.names.paths`.
        argument: ``0`` for the first positional one, ``code`` for a named one, ``**`` for names that the client chose.
        contents: what it may be taken for, see `archcheck.analysis.topics.requests.handovers`.
        giver: qualified name, inside the module, of the function that hands it over.
        line: of the call.
    """

    callee: str
    argument: str
    contents: frozenset[str]
    giver: str
    line: int


class ConvertedParameter(Record, frozen=True):
    """A parameter that its function converts as it came.

    Attributes:
        arguments: how calls name it, see `archcheck.analysis.topics.requests.handovers`.
        converter: qualified name.
        guarded: the function is prepared for a value that does not fit.
        path: of the file.
        line: of the conversion.
    """

    arguments: tuple[str, ...]
    converter: str
    guarded: bool
    path: str
    line: int


class BodyParameter(Record, frozen=True):
    """A parameter that may be the body of a request: its function checks it, or takes values out of it by their keys.

    Attributes:
        arguments: how calls name it, see `archcheck.analysis.topics.requests.handovers`.
        checked: the function checks it; None when nobody can tell by this function alone.
        keys: how many values it takes out and uses as they come.
        function: its simple name.
        path: of its file.
        line: of the ``def``.
    """

    arguments: tuple[str, ...]
    checked: bool | None
    keys: int
    function: str
    path: str
    line: int


class TableFact(Record, frozen=True):
    """A table of a relational database.

    Attributes:
        name: of the class that is mapped to it, else its own.
        line: where.
    """

    name: str
    line: int


class ModuleFacts(Record, frozen=True):
    """Everything later stages may know of a file.

    Attributes:
        path: posix path relative to the repository's root.
        name: qualified module name, ``""`` outside every source root.
        is_package: it is an ``__init__.py``.
        role: what it is for.
        lines: how many.
        doctests: a docstring or comment of it shows a session of the interpreter.
        calls: qualified names of what it calls when it is imported, outside every function.
        variables: module-level names that are assigned and the paths of their value, see
            `archcheck.analysis.names.paths`; ``""`` where it is unknown.
        exports: the names in a literal ``__all__``; None without one.
        altered: paths of first-party objects with a method replaced or an adapter mounted here.
        customised: classes that are altered here, or have an instance that is.
        constructs: instances and marks that tell the project's kind, or may do so.
        deferred_calls: calls through first-party names that may be watched once the program is known.
        environment_writes: names of the variables that it sets, for itself or for another process.
        settings_class: it defines a typed settings object.
        answers_errors: it tells a web framework how errors become answers.
        answers_misfits: it registers a handler for values of clients that do not fit.
        raised: qualified names of what it raises, where known.
        routing: what it tells about routes of web frameworks.
        lifecycle: how it puts away what it holds.
        state_changes: where its functions change what lives at module level.
        handovers: where its functions hand what a client sent to first-party functions.
        converted_parameters: parameters that its functions convert to numbers, dates and the like.
        body_parameters: parameters of its functions that may be the body of a request.
        telemetry: how it tells the outside what happens.
        loggers: module-level names with the names of the standard library's loggers that they hold.
        practices: the first use of each good practice, by the qualified name that shows it.
        mentions: dotted texts that begin with a first-party name: modules and what is in them, by text.
        loads_modules: it imports modules whose names it computes or finds in a folder.
        marks: of pytest, that a test file sets (``integration``).
        tables: those that it declares.
        schema_creations: where it creates all tables that are missing, see `schema`.
        resilience: what it asks other services for, and what it provides for their failure.
    """

    path: Interned
    name: Interned
    role: Role
    is_package: bool = False
    lines: int = 0
    doctests: bool = False
    imports: tuple[ImportFact, ...] = ()
    functions: tuple[FunctionFact, ...] = ()
    calls: tuple[Interned, ...] = ()
    classes: tuple[ClassFact, ...] = ()
    variables: tuple[tuple[Interned, Interned], ...] = ()
    exports: tuple[str, ...] | None = None
    altered: tuple[str, ...] = ()
    customised: tuple[str, ...] = ()
    constructs: tuple[Evidence, ...] = ()
    environment_reads: tuple[EnvironmentRead, ...] = ()
    environment_writes: tuple[str, ...] = ()
    required_variables: tuple[RequiredVariable, ...] = ()
    deferred_calls: tuple[CallSite, ...] = ()
    settings_class: bool = False
    answers_errors: bool = False
    answers_misfits: bool = False
    raised: tuple[Interned, ...] = ()
    routing: RoutingFacts = NO_ROUTING
    lifecycle: LifecycleFacts = LifecycleFacts()
    state_changes: tuple[StateChange, ...] = ()
    handovers: tuple[Handover, ...] = ()
    converted_parameters: tuple[ConvertedParameter, ...] = ()
    body_parameters: tuple[BodyParameter, ...] = ()
    telemetry: tuple[TelemetryMark, ...] = ()
    loggers: tuple[tuple[Interned, Interned], ...] = ()
    practices: tuple[Evidence, ...] = ()
    mentions: tuple[Interned, ...] = ()
    loads_modules: bool = False
    marks: tuple[str, ...] = ()
    tables: tuple[TableFact, ...] = ()
    schema_creations: tuple[Place, ...] = ()
    resilience: ResilienceFacts = ResilienceFacts()
