"""The mutations, a module a principle. To add one: decorate a function from a `Source` to its seeds with `mutates`."""

from importlib import import_module
from pkgutil import iter_modules

from seeding.seed import mutates

for _module in sorted(each.name for each in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")

MUTATIONS = tuple(mutates.mutations)
"""All of them, module by module."""
