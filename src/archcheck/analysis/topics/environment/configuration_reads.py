"""Which reads of environment variables configure the program, and where are they kept?"""

from __future__ import annotations

import re
from collections.abc import Collection

from archcheck.analysis.facts import EnvironmentRead, ModuleFacts
from archcheck.analysis.topics.environment.process_contract import is_process_contract

_RECORDS = frozenset(
    {
        "attr.define",
        "attr.frozen",
        "attr.s",
        "attrs.define",
        "attrs.frozen",
        "dataclasses.dataclass",
    }
)
_SETTINGS_CLASS = re.compile(r"\w*(?:Config|Configuration|Env|Environment|Options|Settings)")


def keeps_settings_record(module: ModuleFacts) -> bool:
    """Whether the module keeps what it reads in a record of settings: a dataclass called ``MailConfig`` or alike."""
    return bool(module.environment_reads) and any(
        _SETTINGS_CLASS.fullmatch(each.qualname) and not _RECORDS.isdisjoint(each.decorators)
        for each in module.classes
    )


def configuration_reads(module: ModuleFacts, handed_over: Collection[str]) -> list[EnvironmentRead]:
    """The reads of variables that configure the program, in source order; a computed name may be any.

    Args:
        module: the file.
        handed_over: variables that the project itself sets for its processes.
    """
    own_version = f"{module.name.partition('.')[0].upper()}_VERSION"
    return [
        read
        for read in module.environment_reads
        if read.name
        and not read.as_script
        and not read.name.startswith("_")
        and read.name not in handed_over
        and not read.name.startswith(own_version)
        and not is_process_contract(read.name)
    ]
