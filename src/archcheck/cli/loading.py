"""From options and environment to settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from archcheck.config.load import KnownRule, LoadedSettings, load, load_member
from archcheck.config.settings import Settings
from archcheck.config.sources import setting_keys
from archcheck.errors import UsageError
from archcheck.plugins import load_rules


class Configuration(Struct, frozen=True):
    """The settings of a run.

    Attributes:
        loaded: of the repository, with their origins.
        member_settings: returns a member's own by the member's root, None where the repository's apply.
    """

    loaded: LoadedSettings
    member_settings: Callable[[str], Settings | None]


def load_configuration(
    root: Path, parameters: Mapping[str, Any], *, config_file: Path | None, isolated: bool
) -> Configuration:
    """Load the settings of the repository at ``root``.

    Args:
        root: its folder.
        parameters: of the command, by Python name; those that are settings and were given count.
        config_file: read this file instead of the repository's.
        isolated: read no file.

    Raises:
        ConfigError: with everything that is wrong.
        UsageError: two options that exclude each other, or one that cannot be read.
    """
    if config_file is not None and isolated:
        raise UsageError("--config and --isolated exclude each other", "leave one of them out")
    environment = dict(os.environ)
    options = given_settings(parameters)
    rules = {rule.name(): KnownRule(rule.code, rule.Options) for rule in load_rules()}
    loaded = load(
        root, config_file, isolated=isolated, environment=environment, options=options, rules=rules
    )

    def member_settings(member: str) -> Settings | None:
        own = load_member(root, member, environment=environment, options=options, rules=rules)
        return own.settings if own is not None else None

    alone = config_file is not None or isolated
    return Configuration(loaded, (lambda _: None) if alone else member_settings)


def given_settings(parameters: Mapping[str, Any]) -> dict[str, object]:
    """Return the settings among a command's parameters, by kebab-case key, without those not given."""
    keys = set(setting_keys())
    found: dict[str, object] = {}
    for name, value in parameters.items():
        key = name.replace("_", "-")
        if key not in keys or value is None or value in ([], ()):
            continue
        if key == "fail-under-principle":
            found[key] = dict(_assignment(item) for item in value)
        else:
            found[key] = _split(value) if isinstance(value, (list, tuple)) else value
    return found


def _assignment(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not (separator and name and value):
        raise UsageError(
            f"--fail-under-principle: `{text}` is no NAME=N",
            "for example `--fail-under-principle security=100`",
        )
    return name.strip(), value.strip()


def _split(values: Sequence[str]) -> list[str]:
    """Lists may be repeated options, commas, or both."""
    return [item.strip() for value in values for item in value.split(",") if item.strip()]
