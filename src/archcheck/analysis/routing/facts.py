"""What one file tells about routes. Plain data, which outlives the file's tree.

Routers, applications, lists of routes and handlers that are included by themselves are *nodes*, named after where
they stand: ``shop.api.router``, ``shop.main.create_app.app``. A node may include others under a prefix.
"""

from __future__ import annotations

from archcheck.model import Place
from archcheck.record import Interned, Record


class UrlPart(Record, frozen=True):
    """A piece of a URL's path: a text as written, or a constant that holds it.

    Attributes:
        text: as written.
        constant: path of the constant, see `archcheck.analysis.names.paths`; ``?`` for what nobody can know.
    """

    text: str = ""
    constant: str = ""


Url = tuple[UrlPart, ...]
UNKNOWN_URL: Url = (UrlPart(constant="?"),)


class RouterFact(Record, frozen=True):
    """A node that this file makes.

    Attributes:
        name: of the node.
        framework: lower-case name of the distribution.
        prefix: its own, wherever it is included.
        is_root: it is an application, which answers by itself.
        dependencies: qualified names of what runs before each of its handlers.
    """

    name: str
    framework: str
    prefix: Url = ()
    is_root: bool = False
    dependencies: tuple[str, ...] = ()


class InclusionFact(Record, frozen=True):
    """A node that is included in another.

    Attributes:
        parent: the including node; ``""`` when unknown.
        child: the included node.
        prefix: put before the child's own.
        replaces: the prefix stands instead of the child's own.
        dependencies: qualified names of what runs before each handler, in this place.
    """

    parent: str
    child: str
    prefix: Url = ()
    replaces: bool = False
    dependencies: tuple[str, ...] = ()


class ParameterFact(Record, frozen=True):
    """A parameter of a handler.

    Attributes:
        name: as written.
        type: the qualified name of its one class; ``""`` when unknown.
        dependency: qualified name of the function that makes it, in ``= Depends(function)``.
        injected: the framework makes it, not the client.
    """

    name: str
    type: str = ""
    dependency: str = ""
    injected: bool = False


class RouteFact(Record, frozen=True):
    """One registration of a handler.

    Attributes:
        framework: lower-case name of the distribution.
        methods: HTTP methods in upper case, ``WEBSOCKET`` for a socket; empty when the handler decides.
        router: the node that it is registered on; ``""`` when unknown.
        url: its path below that node.
        handler: qualified name of the function or class that answers; ``""`` when unknown.
        place: where it is registered.
        parameters: of a handler that stands in this file.
        dependencies: qualified names of what runs before it by the registration's own words.
        answers: ``json`` or ``page`` where the registration or its handler's body says so.
        published: the interface's description shows it; ``include_in_schema=False`` keeps it out.
    """

    framework: str
    methods: tuple[str, ...]
    router: str
    url: Url
    handler: str
    place: Place
    parameters: tuple[ParameterFact, ...] = ()
    dependencies: tuple[str, ...] = ()
    answers: str = ""
    published: bool = True


class RoutingFacts(Record, frozen=True):
    """Everything that one file tells about routes.

    Attributes:
        routers: the nodes that it makes.
        inclusions: which includes which.
        routes: the handlers that it registers.
        aliases: nodes that are another one: ``app = create_app()``.
        constants: qualified names of string constants that look like a piece of a URL's path.
        versions_otherwise: it tells versions apart by a header that it reads, or configures Django REST framework to.
    """

    routers: tuple[RouterFact, ...] = ()
    inclusions: tuple[InclusionFact, ...] = ()
    routes: tuple[RouteFact, ...] = ()
    aliases: tuple[tuple[Interned, Interned], ...] = ()
    constants: tuple[tuple[str, Url], ...] = ()
    versions_otherwise: bool = False


NO_ROUTING = RoutingFacts()
