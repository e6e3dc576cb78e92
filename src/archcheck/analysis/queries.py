"""Questions that a file alone cannot answer: a small, closed, serialisable set.

A rule puts one into `archcheck.rule.Pending`; `archcheck.analysis.answers` answers it in the resolve stage, when
the whole program is known. Every answer is yes, no or unknown (None); unknown is never an opportunity.
"""

from __future__ import annotations

from archcheck.analysis.names.hierarchy import ClassKind
from archcheck.model import Kind
from archcheck.record import Interned, Record


class Question(Record, frozen=True, tag=True):
    """The base of all questions; its data begins with the name of its class, so that a union can be read back."""


class IsSubclass(Question, frozen=True):
    """Does the class ``name`` derive, over any number of first-party steps, from one of ``bases``?"""

    name: Interned
    bases: frozenset[Interned]


class IsA(Question, frozen=True):
    """Is the class ``name`` of a kind, itself or by a base?"""

    name: str
    kind: ClassKind


class IsLegacyQuery(Question, frozen=True):
    """Is it a query of SQLAlchemy's legacy kind, whose ``get`` is the library's own?

    Attributes:
        path: to the object, see `archcheck.analysis.names.paths`.
    """

    path: str


class Overrides(Question, frozen=True):
    """Does the method ``name`` replace one of a first-party base class?"""

    name: str


class FunctionDoes(Question, frozen=True):
    """Does the first-party function ``name``, itself or through those it calls, do the deed?

    Attributes:
        name: qualified name as seen at the call; ``.name`` for a method of an unknown receiver.
        deed: ``asserts``, ``logs``, ``raises`` or ``renders_tracebacks``.
        foreign: the answer when nothing of that name is first-party.
    """

    name: str
    deed: str
    foreign: bool | None = None


class DeclaresResult(Question, frozen=True):
    """Does the first-party function ``name`` say by an annotation what it gives? A class does by being one."""

    name: str


class FirstParty(Question, frozen=True):
    """Is ``name`` a module, class, function or method of the project?"""

    name: str


class Imported(Question, frozen=True):
    """Does another module of the project import the first-party module ``name``, tests included?"""

    name: str


class LacksDefinition(Question, frozen=True):
    """Does one of ``names`` start from something in a first-party module that is no module, class or function?

    It is a variable then, perhaps a tuple of exception classes, and no other file sees what it holds. What hangs
    on a class (``Order.DoesNotExist``) starts from that class.
    """

    names: tuple[Interned, ...]


class HeldByModule(Question, frozen=True):
    """Does an instance of the class ``name``, or of a subclass, live as long as the process?

    Some module makes or holds it at its own level, a function whose results `functools` keeps gives it, or an
    attribute of such an instance holds it.
    """

    name: str


class ClosedElsewhere(Question, frozen=True):
    """Is ``attribute`` of a class closed outside of it: by a base, by a subclass or by whoever holds an instance?

    Attributes:
        name: qualified name of the class.
        attribute: that holds a resource.
        shows_itself: its instances hand themselves to others, which may take the attribute over.
    """

    name: str
    attribute: str
    shows_itself: bool = False


class GivenByClients(Question, frozen=True):
    """Does a function hand what a client sent to one of these arguments of a first-party function?

    Attributes:
        arguments: as `archcheck.analysis.topics.requests.handovers.arguments_of` names them.
        contents: what it may be, see the same module.
    """

    arguments: frozenset[str]
    contents: frozenset[str]


class Converts(Question, frozen=True):
    """Does the first-party function ``callee`` convert an argument as it came?

    Attributes:
        callee: qualified name, or the path to it, see `archcheck.analysis.names.paths`.
        argument: as in `archcheck.analysis.facts.Handover`.
        path: the file of the call.
        converters: qualified names of those that count.
        unguarded: only a function counts that is not prepared for a value that does not fit.
    """

    callee: str
    argument: str
    path: str
    converters: frozenset[str]
    unguarded: bool = False


class ValidatesBody(Question, frozen=True):
    """Does the first-party function ``callee`` check the body of a request that it is handed?

    By what it does, where it is certain which function that is, else by what it is called.

    Attributes:
        callee: qualified name, or the path to it, see `archcheck.analysis.names.paths`.
        argument: as in `archcheck.analysis.facts.Handover`.
        path: the file of the call.
        named_check: it is called what checking functions are called.
    """

    callee: str
    argument: str
    path: str
    named_check: bool


class TakesApart(Question, frozen=True):
    """Does the first-party function ``callee`` take values out of a body that it is handed, and use them as they come?

    Attributes:
        callee: qualified name, or the path to it, see `archcheck.analysis.names.paths`.
        argument: as in `archcheck.analysis.facts.Handover`.
        path: the file of the call.
        number: how many values, at least.
    """

    callee: str
    argument: str
    path: str
    number: int


class SetsVariable(Question, frozen=True):
    """Does the project itself set the environment variable ``name``, for another process of its own?"""

    name: str


class HandlesRoute(Question, frozen=True):
    """Does the first-party function ``name`` answer requests, wherever it is registered?"""

    name: str


class DependencyOfRoute(Question, frozen=True):
    """Does a framework run the first-party function ``name`` for a handler that takes what it gives?"""

    name: str


class ServesRequests(Question, frozen=True):
    """Does a function answer requests, or surely run for one that does?

    Attributes:
        path: the file in which it is defined.
        name: qualified name inside the module.
    """

    path: str
    name: str


class Locked(Question, frozen=True):
    """Does the locked (or exactly pinned) version of ``distribution`` satisfy ``specifier``?

    Attributes:
        path: a file of the member whose manifests are asked.
    """

    distribution: str
    specifier: str
    path: str


class Called(Question, frozen=True):
    """Is ``name`` called anywhere in the runtime code of a member?

    Attributes:
        name: qualified name of a function that is not first-party.
        path: a file of the member.
    """

    name: str
    path: str


class AnswersMisfits(Question, frozen=True):
    """Does a member register a handler for values of clients that do not fit?

    Attributes:
        path: a file of the member.
    """

    path: str


class MemberIs(Question, frozen=True):
    """Is the member of this kind?

    Attributes:
        kind: the kind asked for.
        path: a file of the member.
    """

    kind: Kind
    path: str


class AtLeast(Question, frozen=True):
    """Does a member surely run ``version`` of ``distribution`` or a later one, by its lock or its requirement?

    Attributes:
        path: a file of the member.
    """

    distribution: str
    version: str
    path: str


class PythonAdmitted(Question, frozen=True):
    """May a member run on Python ``version`` or later? Unknown when it requires no Python in particular.

    Attributes:
        path: a file of the member.
    """

    version: str
    path: str


class Requires(Question, frozen=True):
    """Does a member declare one of these distributions?

    Attributes:
        distributions: normalised names.
        path: a file of the member.
    """

    distributions: frozenset[str]
    path: str


class StartsProgram(Question, frozen=True):
    """Does a console script of the member start in the module ``name``?

    Attributes:
        name: qualified name of the module.
        path: its file.
    """

    name: str
    path: str


class RunsUnattended(Question, frozen=True):
    """May a module run with nobody in front of it? Of a library with commands those do that its importers load.

    Attributes:
        name: qualified name of the module.
        path: its file.
    """

    name: str
    path: str


class TypesAssured(Question, frozen=True):
    """Are the types of a file's functions seen to elsewhere: by a stub, or a strict type checker that CI runs?"""

    path: str


class LogsStructured(Question, frozen=True):
    """Does a logger write structured records? Unknown when nobody knows whose logger it is.

    Attributes:
        logger: its class, or the path to it, see `archcheck.analysis.names.paths`.
        path: a file of the member whose logging is asked for.
        name: that the logger was made with; None where its file does not tell.
    """

    logger: Interned
    path: Interned
    name: Interned | None = None


class AnyOf(Question, frozen=True):
    """Is one of these, or as many as ``number`` says, answered with yes?"""

    queries: tuple[Query, ...]
    number: int = 1


MemberQuery = (
    Locked
    | AtLeast
    | PythonAdmitted
    | Requires
    | Called
    | AnswersMisfits
    | MemberIs
    | StartsProgram
    | RunsUnattended
    | TypesAssured
    | LogsStructured
)
"""A question about the member that the file ``path`` belongs to."""

Query = (
    IsSubclass
    | IsA
    | IsLegacyQuery
    | Overrides
    | FunctionDoes
    | DeclaresResult
    | FirstParty
    | Imported
    | LacksDefinition
    | HeldByModule
    | ClosedElsewhere
    | GivenByClients
    | Converts
    | ValidatesBody
    | TakesApart
    | SetsVariable
    | HandlesRoute
    | DependencyOfRoute
    | ServesRequests
    | MemberQuery
    | AnyOf
)
