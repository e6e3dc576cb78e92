"""Seeds of principle 12."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seeding.mutations.observability import LOGGERS
from seeding.seed import Seed, mutates
from seeding.source import Source, dotted_name, keyword

_NOW = frozenset({"datetime.datetime.now", "datetime.now"})
_UTC = frozenset({"datetime.timezone.utc", "datetime.UTC", "timezone.utc", "pytz.utc", "pytz.UTC"})


@mutates("ARC1202", "`datetime.now(timezone.utc)` becomes `datetime.utcnow()`")
def naive_now(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        zones = [*call.args, *(each.value for each in call.keywords)]
        if source.name(call.func) in _NOW and len(zones) == 1 and source.name(zones[0]) in _UTC:
            assert isinstance(call.func, ast.Attribute)
            text = f"{source.code(call.func.value)}.utcnow()"
            yield source.seed(call, source.replace(call, text))


@mutates("ARC1202", "`logger.warning` becomes `logger.warn`")
def old_warn(source: Source) -> Iterator[Seed]:
    made = {source.name(call.func) for call in source.calls}
    if "logging.getLogger" not in made or "structlog" in source.libraries:
        return
    for call in source.calls:
        name = dotted_name(call.func)
        if name.endswith(".warning") and name.removesuffix(".warning") in LOGGERS:
            yield source.seed(call, source.replace(call.func, name.removesuffix("ing")))


@mutates("ARC1205", "a deprecation without its category")
def no_category(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        if source.name(call.func) != "warnings.warn" or not _speaks(call):
            continue
        if (
            len(call.args) > 1
            and "Deprecat" in source.code(call.args[1])
            and not isinstance(call.args[1], ast.Starred)
        ):
            if len(call.args) == 2:
                yield source.seed(call, source.remove_argument(call, call.args[1]))
        elif (category := keyword(call, "category")) is not None and "Deprecat" in source.code(
            category
        ):
            yield source.seed(call, source.remove_argument(call, category))


@mutates("ARC1205", "a deprecation without `stacklevel`")
def no_stack_level(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        level = keyword(call, "stacklevel")
        if source.name(call.func) == "warnings.warn" and level is not None and _speaks(call):
            function = source.function(call)
            # Only what others call by name has a caller to point at.
            if function is not None and (
                function.name == "__init__" or not function.name.startswith("_")
            ):
                yield source.seed(call, source.remove_argument(call, level))


def _speaks(call: ast.Call) -> bool:
    return bool(call.args) and "deprecated" in ast.dump(call.args[0])
