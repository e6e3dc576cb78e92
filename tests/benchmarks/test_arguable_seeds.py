"""Places that the mutations pass over, because a reader might call the result no violation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from planting import HANDLERS, MANIFEST, planted


@pytest.mark.parametrize(
    ("code", "files"),
    [
        pytest.param(
            "ARC0201",
            {
                "pyproject.toml": MANIFEST,
                "shop/table.py": "try:\n    import tabulate\nexcept ImportError:\n    tabulate = None\n",
                "shop/main.py": "from shop import table\n",
            },
            id="an optional library",
        ),
        pytest.param(
            "ARC0202",
            {"pyproject.toml": MANIFEST, "uv.lock": ""},
            id="a branch of which a lock fixes the commit",
        ),
        pytest.param(
            "ARC0204",
            {
                "pyproject.toml": MANIFEST,
                "shop/tools.py": "TOOLS = 'flake8 pylint mypy black isort tox'\n",
            },
            id="tools that the program may run",
        ),
        pytest.param(
            "ARC0505",
            {
                "shop/errors.py": "class ShopError(Exception): ...\n"
                + "".join(
                    f"class A{n}Error(ShopError): ...\nclass B{n}Error(Exception): ...\n"
                    for n in range(6)
                )
            },
            id="a base that does not lead",
        ),
        pytest.param(
            "ARC0206",
            {"shop/rates.py": "import requests\n"},
            id="a module that nobody imports",
        ),
        pytest.param(
            "ARC1002",
            {
                "shop/rates.py": """
                    import httpx


                    class Rates:
                        def __init__(self):
                            self._client = httpx.Client()
                            register(self._client)

                        def close(self):
                            self._client.close()
                """
            },
            id="a client that is handed on",
        ),
        pytest.param(
            "ARC1002",
            {
                "shop/rates.py": """
                    class rated:
                        def __init__(self, name):
                            self.name = name

                        def __call__(self, function):
                            return function
                """
            },
            id="a decorator",
        ),
        pytest.param(
            "ARC0907",
            {
                "shop/server.py": "import os\nfrom fastapi import FastAPI\n\n"
                "if os.environ.get('SHOP_API'):\n    app = FastAPI()\n"
            },
            id="an application that the operator chooses",
        ),
        pytest.param("ARC1103", {"shop/api.py": HANDLERS[:200]}, id="no service"),
        pytest.param(
            "ARC1203",
            {"shop/_stock.py": "def take(sku: str) -> str:\n    put(sku)\n    return sku\n"},
            id="a private module",
        ),
    ],
)
def test_what_would_be_arguable_is_no_seed(
    tmp_path: Path, code: str, files: Mapping[str, str]
) -> None:
    assert planted(tmp_path, code, files)[1] == []
