"""Which modules are drawn as one, so that a picture of thousands can be read.

The packages are a tree. At first its roots stand for everything below them; then one after another is opened into its
children, the one with the most modules first, as long as no more than the wanted number of nodes comes of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush

from msgspec import Struct

from archcheck.analysis.names.module_names import ancestry, is_within

_FEW = 8
"""A picture of fewer nodes than this says little: then the busiest children of a package too big to open are shown."""

REST = "(others)"
"""Last segment of the node that stands for the children that are not shown."""


class Folding(Struct, frozen=True):
    """Modules and the nodes that stand for them.

    Attributes:
        nodes: node by module. A node is called like its package, ``package.(others)`` where it stands for what is not
            shown of one; a package that is open stands for its ``__init__`` alone.
        opened: the packages that are shown by their children.
    """

    nodes: Mapping[str, str]
    opened: frozenset[str]


def fold(
    modules: Collection[str],
    *,
    limit: int | None = None,
    depth: int | None = None,
    leaves: bool = True,
    focus: str = "",
    links: Mapping[str, int] | None = None,
) -> Folding:
    """Find the nodes that stand for ``modules``.

    Args:
        modules: qualified names.
        limit: the most nodes; None for no limit.
        depth: how many segments below the top-level package are told apart; None for all.
        leaves: open packages that hold modules only; otherwise such a package is one node.
        focus: a module or package that is opened first, with all around it, whatever the limit and depth.
        links: how busy each module is: of a package too big to open, the busiest children are shown.
    """
    return _Fold(modules, limit, depth, focus, links or {}, leaves=leaves).folding()


class _Fold:
    def __init__(
        self,
        modules: Collection[str],
        limit: int | None,
        depth: int | None,
        focus: str,
        links: Mapping[str, int],
        *,
        leaves: bool,
    ) -> None:
        self._modules = sorted(modules)
        self._limit = limit if limit is not None else len(self._modules) + 1
        self._depth = depth
        self._leaves = leaves
        self._focus = focus
        self._children: dict[str, list[str]] = {}
        self._sizes: dict[str, int] = {}
        self._busy: dict[str, int] = {}
        names: set[str] = set()
        for module in self._modules:
            for name in ancestry(module):
                names.add(name)
                self._sizes[name] = self._sizes.get(name, 0) + 1
                self._busy[name] = self._busy.get(name, 0) + links.get(module, 0)
        for name in sorted(names):
            self._children.setdefault(name.rpartition(".")[0], []).append(name)
        self._own = frozenset(self._modules)
        self._opened: set[str] = set()
        self._rest: set[str] = set()
        roots = self._children.get("", [])
        if len(roots) > self._limit:
            roots = self._busiest(roots, self._limit)
            self._limit -= 1
        self._shown = dict.fromkeys(roots)

    def folding(self) -> Folding:
        for name in sorted(ancestry(self._focus), key=len):
            if name in self._shown and self._children.get(name):
                self._open(name)
        self._open_what_fits(self._shown)
        if len(self._shown) < _FEW:
            self._open_in_part()
        return Folding(
            {module: self._node(module) for module in self._modules}, frozenset(self._opened)
        )

    def _open_what_fits(self, names: Iterable[str]) -> None:
        """Open packages as long as the nodes do not become too many: in the focus first, the biggest before others."""
        queue = [self._rank(name) for name in names]
        heapify(queue)
        while queue:
            name = heappop(queue)[-1]
            # What does not fit now never will: there are only ever more nodes.
            if self._may_open(name) and len(self._shown) + self._growth(name) <= self._limit:
                self._open(name)
                for child in self._children[name]:
                    heappush(queue, self._rank(child))

    def _rank(self, name: str) -> tuple[bool, int, str]:
        return not is_within(name, self._focus), -self._sizes[name], name

    def _may_open(self, name: str) -> bool:
        children = self._children.get(name, ())
        if not children or name in self._opened:
            return False
        if self._depth is not None and name.count(".") >= self._depth:
            return False
        return self._leaves or any(child in self._children for child in children)

    def _growth(self, name: str) -> int:
        """How many nodes more there are once a package is open."""
        return len(self._children[name]) - (name not in self._own)

    def _open(self, name: str) -> None:
        self._opened.add(name)
        if name not in self._own:
            del self._shown[name]
        self._shown.update(dict.fromkeys(self._children[name]))

    def _open_in_part(self) -> None:
        """Show the busiest children of the biggest package, and one node for the rest."""
        closed = [name for name in self._shown if self._may_open(name)]
        if not closed:
            return
        name = min(closed, key=lambda name: (-self._sizes[name], name))
        room = self._limit - len(self._shown) - (name in self._own)
        if room > 1:
            self._children[name] = self._busiest(self._children[name], room)
            self._open(name)

    def _busiest(self, names: Collection[str], room: int) -> list[str]:
        """As many of the names as there is room for beside the node of the others."""
        by_rank = sorted(names, key=lambda name: (-self._busy[name], name))
        self._rest.update(by_rank[room - 1 :])
        return by_rank[: room - 1]

    def _node(self, module: str) -> str:
        for name in self._path(module):
            if name in self._rest:
                return f"{name.rpartition('.')[0]}.{REST}".lstrip(".")
            if name in self._shown and (name == module or name not in self._opened):
                return name
        return module

    @staticmethod
    def _path(module: str) -> Iterator[str]:
        """The packages around a module from the outside in, and the module."""
        return reversed(list(ancestry(module)))
