"""Does a distribution provide a library? Yes, no, or nobody can know."""

from __future__ import annotations

import pytest

from archcheck.analysis.distributions.import_names import library_of
from archcheck.analysis.distributions.providing import (
    Provided,
    provided_by,
    provided_by_requirements,
)
from archcheck.analysis.manifests import Requirement

YES, PERHAPS, NO = Provided.YES, Provided.PERHAPS, Provided.NO


@pytest.mark.parametrize(
    ("distribution", "module", "answer"),
    [
        ("pyyaml", "yaml", YES),
        ("ruamel-yaml", "yaml", NO),
        ("opencv-python-headless", "cv2", YES),
        ("pillow", "PIL", YES),
        ("requests", "requests", YES),
        ("requests-unofficial", "requests", PERHAPS),
        # A known distribution brings what the table says, and nothing else.
        ("requests-oauthlib", "requests", NO),
        ("pyramid", "pyramid_frob", NO),
        ("acme-billing", "acme_billing", YES),
        ("acmebilling", "acme_billing", YES),
        # Names that are alike: nobody knows without installing.
        ("agent-framework-core", "agent_framework", PERHAPS),
        ("python-frobnicate", "frobnicate", PERHAPS),
        ("django-frobnicate", "frobnicate", PERHAPS),
        ("myfrobs", "frob", PERHAPS),
        ("frobnicate-tools", "frobnicator", PERHAPS),
        ("frob-grid-sdk", "grid_frob", PERHAPS),
        ("django-pgfrob", "django_pg_utils", PERHAPS),
        ("django-pgfrob", "flask_pg_utils", NO),
        ("flask-frob", "django_grid", NO),
        ("langchain-aws", "langchain_frob", NO),
        # Parts of a namespace.
        ("google-cloud-tasks", "google.cloud.tasks_v2", YES),
        ("google-cloud-secret-manager", "google.cloud.secretmanager", YES),
        ("google-cloud-storage", "google.cloud.tasks", PERHAPS),
        ("azure-storage-blob", "azure.identity", NO),
        ("httpx", "google.cloud.tasks", NO),
        ("zope-interface", "zope.component", PERHAPS),
        ("protobuf", "google.protobuf", YES),
        # A family of distributions has its end in common.
        ("opentelemetry-haystack", "haystack_integrations.tracing.opentelemetry", YES),
        ("haystack-ai", "haystack_integrations.tracing.opentelemetry", NO),
        ("clvm-tools", "ir.Type", YES),
        ("clvm-tools", "clvm_tools.binutils", YES),
        ("get-video-properties", "videoprops", YES),
    ],
)
def test_by_names(distribution: str, module: str, answer: Provided) -> None:
    library = library_of(module)
    assert library is not None
    assert provided_by([distribution], library) is answer


@pytest.mark.parametrize(
    ("requirement", "module", "answer"),
    [
        (Requirement("fastapi", "fastapi"), "starlette.requests", YES),
        (Requirement("celery", "celery[redis]", extras=("redis",)), "redis", YES),
        (Requirement("celery", "celery"), "redis", NO),
        (Requirement("frob-ai", "frob-ai"), "frob_agent", NO),
        (
            Requirement("frob-ai", "frob-ai", url="git+https://git.example.org/frob"),
            "frob_agent",
            PERHAPS,
        ),
        (
            Requirement("fastapi-users", "fastapi-users[oauth]", extras=("oauth",)),
            "httpx_oauth",
            YES,
        ),
        (Requirement("uvicorn", "uvicorn[standard]", extras=("standard",)), "websockets", YES),
        (Requirement("uvicorn", "uvicorn"), "websockets", NO),
        (Requirement("google-cloud-tasks", "google-cloud-tasks"), "google.oauth2", YES),
    ],
)
def test_by_companions_and_extras(requirement: Requirement, module: str, answer: Provided) -> None:
    library = library_of(module)
    assert library is not None
    assert provided_by_requirements([requirement], library) is answer


def test_the_surest_answer_counts() -> None:
    library = library_of("frobnicate")
    assert library is not None
    assert provided_by(["flask", "python-frobnicate", "frobnicate"], library) is YES
    assert provided_by([], library) is NO
