"""Diagrams for the tests of the formats."""

from __future__ import annotations

from hypothesis import strategies as st

from archcheck.diagrams import Diagram, Edge, Group, Node

SHOP = Diagram(
    "shop: packages",
    (
        Node("shop.api", "api", "1", 3),
        Node("shop.main", "main"),
        Node("shop.models", "models", "0", 2),
        Node("shop.services", "services", "1", 12),
        Node("shop.store", "store", "0"),
    ),
    (
        Edge("shop.api", "shop.services", 4),
        Edge("shop.main", "shop.api"),
        Edge("shop.models", "shop.store", 2, closing=True),
        Edge("shop.services", "shop.models", 7),
        Edge("shop.store", "shop.models"),
        Edge("shop.store", "shop.services", 3, illegal=2),
    ),
    (Group("1", "api | services"), Group("0", "models")),
    ("3 arrows that follow from others are left out",),
)

HOSTILE = "a\"]; <script>alert('x')</script>&amp; %%{init}%% |b| \\\\ `c` \n#quot; -- \u202e\x07\x1b[31m ]]>"
EVIL = Diagram(
    HOSTILE,
    (Node(HOSTILE, HOSTILE, "g", 2), Node("b", HOSTILE)),
    (Edge(HOSTILE, "b", 3, illegal=1), Edge("b", HOSTILE, closing=True)),
    (Group("g", HOSTILE),),
    (HOSTILE,),
)


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    """Any diagram of up to 14 nodes, with names of any text."""
    names = draw(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=14, unique=True))
    groups = tuple(Group(str(number), draw(st.text(max_size=20))) for number in range(3))
    nodes = tuple(
        Node(
            name,
            name,
            draw(st.sampled_from(["", "0", "1", "2"])),
            draw(st.integers(min_value=1, max_value=9999)),
        )
        for name in sorted(names)
    )
    arrows = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(
        lambda arrow: arrow[0] != arrow[1]
    )
    chosen = draw(st.sets(arrows, max_size=30)) if len(names) > 1 else set()
    edges = []
    for tail, head in sorted(chosen):
        imports = draw(st.integers(min_value=1, max_value=99))
        illegal = draw(st.integers(min_value=0, max_value=imports))
        edges.append(Edge(tail, head, imports, illegal, draw(st.booleans())))
    return Diagram(draw(st.text(max_size=20)), nodes, tuple(edges), groups)
