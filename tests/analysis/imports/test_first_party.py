"""Import names that the repository itself provides."""

from __future__ import annotations

import pytest

from archcheck.analysis.imports.first_party import FirstParty

FILES = {
    "src/shop/__init__.py",
    "src/shop/orders/models.py",
    "src/shop/_vendor/six.py",
    "src/shop/redis/__init__.py",
    "scripts/helpers.py",
    "scripts/load.py",
    "stubs/fastcount.pyi",
    "proto/orders_pb2.py",
    "src/zope/shop/__init__.py",
    "src/shop/posthog.py",
    "scripts/stripe.py",
    "notes/celery.md",
    "src/shop/dist/__init__.py",
    "src/shop/dist/click/__init__.py",
    "src/shop/dist/click-8.1.dist-info/INSTALLER",
}
MODULES = ["shop", "shop.orders.models", "zope.shop"]


@pytest.mark.parametrize(
    ("module", "path", "provided"),
    [
        ("shop.orders", "src/shop/__init__.py", True),
        ("helpers", "scripts/load.py", True),
        ("click.testing", "src/shop/__init__.py", True),
        ("fastcount", "src/shop/__init__.py", True),
        ("orders_pb2", "src/shop/__init__.py", True),
        ("six", "src/shop/__init__.py", True),
        # A subpackage hides no library of its name, unless a script beside it imports it.
        ("redis", "src/shop/orders/models.py", False),
        ("redis", "src/shop/serve.py", True),
        # A file that imports its own name means the library that it wraps.
        ("posthog", "src/shop/posthog.py", False),
        ("posthog", "src/shop/serve.py", True),
        ("stripe", "scripts/stripe.py", False),
        ("stripe", "scripts/load.py", True),
        ("celery", "src/shop/__init__.py", False),
        ("httpx", "src/shop/__init__.py", False),
        # A shared namespace is not all of the repository.
        ("zope.shop", "src/shop/__init__.py", True),
        ("zope.interface", "src/shop/__init__.py", False),
    ],
)
def test_what_the_files_provide(module: str, path: str, provided: bool) -> None:
    assert FirstParty(FILES, MODULES).provides(module, path) is provided


def test_a_copy_stands_in_for_its_library() -> None:
    assert not FirstParty(FILES, MODULES).provides("bottle", "src/shop/serve.py")
    assert FirstParty(FILES, MODULES, ["bottle"]).provides("bottle.ext", "src/shop/serve.py")
