"""Which reads of environment variables configure the program?"""

from __future__ import annotations

from collections.abc import Collection

from archcheck.analysis.facts import EnvironmentRead, ModuleFacts
from archcheck.analysis.topics.process_contract import is_process_contract


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
