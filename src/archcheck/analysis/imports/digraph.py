"""Circles in a directed graph of names: which there are, the shortest way round, and where to cut them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

Arrow = tuple[str, str]
"""From one name to another."""

#: Dearer arrows are as good as this one: a cut of so many names is never the cheapest.
_MAX_COST = 25


def components(successors: Mapping[str, Collection[str]]) -> list[tuple[str, ...]]:
    """Strongly connected components (Tarjan 1972), without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    found: list[tuple[str, ...]] = []
    for root in sorted(successors):
        if root in index:
            continue
        work = [(root, iter(successors.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            for successor in following:
                if successor not in index:
                    index[successor] = low[successor] = len(index)
                    stack.append(successor)
                    on_stack.add(successor)
                    work.append((successor, iter(successors.get(successor, ()))))
                    break
                if successor in on_stack:
                    low[node] = min(low[node], index[successor])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = _popped(stack, node)
                    on_stack.difference_update(component)
                    found.append(tuple(sorted(component)))
    return found


def _popped(stack: list[str], last: str) -> list[str]:
    """Take the names off the stack down to ``last``, which is taken too."""
    taken = [stack.pop()]
    while taken[-1] != last:
        taken.append(stack.pop())
    return taken


def circle_through(arrow: Arrow, arrows: Iterable[Arrow]) -> tuple[Arrow, ...]:
    """The shortest way round that begins with ``arrow``, which must lie on a circle."""
    start, end = arrow[1], arrow[0]
    leaving = _successors(sorted(arrows))
    arrived_from: dict[str, str] = {}
    frontier = [start]
    while end not in arrived_from:
        reached = []
        for name in frontier:
            for successor in leaving.get(name, ()):
                if successor != start and successor not in arrived_from:
                    arrived_from[successor] = name
                    reached.append(successor)
        frontier = sorted(reached)
    path: list[Arrow] = []
    while end != start:
        path.append((arrived_from[end], end))
        end = arrived_from[end]
    return (arrow, *reversed(path))


def cheapest_cuts(costs: Mapping[Arrow, int]) -> tuple[Arrow, ...]:
    """Arrows without which no circle is left, the cheapest first; none of them can be spared.

    Where one arrow is enough it is the cheapest such. Otherwise grimp nominates them by a heuristic: finding the
    cheapest set of all is NP-hard.

    Args:
        costs: what it costs to cut each arrow, 1 or more.
    """

    def price(arrow: Arrow) -> tuple[int, Arrow]:
        return costs[arrow], arrow

    by_cost = sorted(costs, key=price)
    group_of = {
        name: number
        for number, group in enumerate(components(_successors(by_cost)))
        for name in group
    }
    circular = [arrow for arrow in by_cost if group_of[arrow[0]] == group_of[arrow[1]]]
    if not circular:
        return ()
    # An arrow that alone is on every circle is on this one.
    for arrow in sorted(circle_through(circular[0], circular), key=price):
        if not _has_circle(other for other in circular if other != arrow):
            return (arrow,)
    cut = _nominated({arrow: costs[arrow] for arrow in circular})
    kept = _successors(arrow for arrow in circular if arrow not in cut)
    for tail, head in sorted(cut, key=price, reverse=True):
        if not _leads(kept, head, tail):
            kept.setdefault(tail, []).append(head)
            cut.remove((tail, head))
    return tuple(sorted(cut, key=price))


def _nominated(costs: Mapping[Arrow, int]) -> set[Arrow]:
    """The arrows that grimp's cycle breakers cut.

    grimp weighs a link between two packages by the number of imports in it, so that each arrow becomes as many
    imports as it costs.
    """
    import grimp

    names = sorted({name for arrow in costs for name in arrow})
    package = {name: f"graph.n{number}" for number, name in enumerate(names)}
    graph = grimp.ImportGraph()
    for module in ("graph", *package.values()):
        graph.add_module(module)
    for tail, head in sorted(costs):
        for number in range(min(costs[tail, head], _MAX_COST)):
            graph.add_import(importer=f"{package[tail]}.i{number}", imported=package[head])
    original = {module: name for name, module in package.items()}
    return {
        (original[importer.rpartition(".")[0]], original[imported])
        for importer, imported in graph.nominate_cycle_breakers("graph")
    }


def _leads(successors: Mapping[str, Collection[str]], start: str, end: str) -> bool:
    seen, pending = {start}, [start]
    while pending:
        new = set(successors.get(pending.pop(), ())) - seen
        seen |= new
        pending.extend(new)
    return end in seen


def _has_circle(arrows: Iterable[Arrow]) -> bool:
    return any(len(group) > 1 for group in components(_successors(arrows)))


def _successors(arrows: Iterable[Arrow]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tail, head in arrows:
        found.setdefault(tail, []).append(head)
    return found
