"""The floor: read every file, `ast.parse` it, walk its tree once, and do nothing else.

    python floor.py LIST PROCESSES

``LIST`` holds the paths, one a line. A file that this Python cannot parse is passed over. A plain program: nothing
is tuned, as nobody would who only wants to see each node once.
"""

from __future__ import annotations

import ast
import multiprocessing
import sys
import warnings
from pathlib import Path


def visit(path: str) -> int:
    """The number of nodes of a file."""
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return 0
    return sum(1 for _ in ast.walk(tree))


def main() -> None:
    """Visit all files with as many processes as asked for."""
    warnings.simplefilter("ignore")
    paths = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    processes = int(sys.argv[2])
    if processes == 1:
        nodes = sum(map(visit, paths))
    else:
        with multiprocessing.Pool(processes) as pool:
            nodes = sum(pool.imap_unordered(visit, paths, chunksize=32))
    print(nodes)


if __name__ == "__main__":
    main()
