"""What a project declares: manifests, locks, containers and CI. Facts only; no rule is decided here."""

from __future__ import annotations

from archcheck.analysis.manifests.ci import find_test_command, tests_in_ci
from archcheck.analysis.manifests.member import read_manifests, read_members
from archcheck.analysis.manifests.model import (
    CiConfig,
    Command,
    EntryPoint,
    Lock,
    Manifests,
    Requirement,
)
from archcheck.analysis.manifests.repository import Repository

__all__ = [
    "CiConfig",
    "Command",
    "EntryPoint",
    "Lock",
    "Manifests",
    "Repository",
    "Requirement",
    "find_test_command",
    "read_manifests",
    "read_members",
    "tests_in_ci",
]
