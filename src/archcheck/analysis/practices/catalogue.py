"""What counts as good practice of a principle, and by which names code shows it. Kept as data.

A name stands for itself and all that lies below it; the longest that fits decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from archcheck.model import Principle


class Practice(Struct, frozen=True):
    """One kind of good practice.

    Attributes:
        principle: that it serves.
        title: what it is, as a short noun phrase.
        in_tests: tests show it rather than the product.
    """

    principle: Principle
    title: str
    in_tests: bool = False


def _named(practice: Practice, names: str) -> dict[str, Practice]:
    return dict.fromkeys(names.split(), practice)


def _product(principle: Principle, title: str, names: str) -> dict[str, Practice]:
    return _named(Practice(principle, title), names)


def _tests(title: str, names: str) -> dict[str, Practice]:
    return _named(Practice(Principle.TESTING, title, in_tests=True), names)


PRACTICES: Mapping[str, Practice] = {
    **_tests("tests of the architecture", "pytest_archon pytestarch"),
    **_product(
        Principle.DEPENDENCY_MANAGEMENT,
        "dependency injection",
        """fastapi.Depends fastapi.Security fastapi.params.Depends litestar.di.Provide dependency_injector dishka
        punq injector lagom that_depends svcs aioinject wireup kink""",
    ),
    **_product(
        Principle.GRACEFUL_DEGRADATION,
        "retries",
        """tenacity stamina backoff retrying aiohttp_retry httpx_retries opnieuw urllib3.util.Retry urllib3.Retry
        urllib3.util.retry.Retry requests.adapters.Retry""",
    ),
    **_product(
        Principle.GRACEFUL_DEGRADATION,
        "isolation of failing services",
        "pybreaker aiobreaker circuitbreaker purgatory hyx lasier aiomisc.CircuitBreaker",
    ),
    **_product(
        Principle.GRACEFUL_DEGRADATION,
        "deadlines",
        """asyncio.timeout asyncio.timeout_at asyncio.wait_for async_timeout anyio.fail_after anyio.move_on_after
        trio.fail_after trio.move_on_after""",
    ),
    **_product(
        Principle.INPUT_VALIDATION,
        "schemas for what comes in",
        """pydantic.BaseModel pydantic.RootModel pydantic.TypeAdapter pydantic.dataclasses pydantic.validate_call
        sqlmodel.SQLModel msgspec.Struct msgspec.convert cattrs marshmallow.Schema marshmallow_dataclass
        rest_framework.serializers django.forms ninja.Schema ninja.ModelSchema wtforms flask_wtf cerberus voluptuous
        jsonschema webargs flask_pydantic pandera colander schematics""",
    ),
    **_product(
        Principle.INPUT_VALIDATION,
        "validators of values",
        """pydantic.field_validator pydantic.model_validator pydantic.validator pydantic.root_validator
        pydantic.StringConstraints pydantic.AfterValidator pydantic.BeforeValidator pydantic.conint pydantic.constr
        pydantic.confloat annotated_types attrs.validators attr.validators marshmallow.validate
        marshmallow.validates django.core.validators""",
    ),
    **_product(
        Principle.ERROR_HANDLING,
        "problem details (RFC 9457)",
        "fastapi_problem fastapi_problem_details rfc9457 litestar.plugins.problem_details connexion.problem",
    ),
    **_product(
        Principle.CONFIGURATION,
        "typed settings",
        """pydantic_settings pydantic.BaseSettings pydantic.v1.BaseSettings environs environ decouple dynaconf
        omegaconf hydra goodconf typed_settings starlette.config.Config traitlets.config""",
    ),
    **_product(
        Principle.CONFIGURATION,
        "secrets that do not print themselves",
        "pydantic.SecretStr pydantic.SecretBytes starlette.datastructures.Secret typed_settings.SecretStr",
    ),
    **_product(
        Principle.CONFIGURATION,
        "a store for secrets",
        """hvac google.cloud.secretmanager google.cloud.secretmanager_v1 azure.keyvault.secrets keyring
        aws_lambda_powertools.utilities.parameters.get_secret""",
    ),
    **_tests("fixtures", "pytest.fixture"),
    **_tests("parametrised tests", "pytest.mark.parametrize parameterized ddt"),
    **_tests("property tests", "hypothesis"),
    **_tests("tests made from the API's schema", "schemathesis"),
    **_tests("containers for tests", "testcontainers pytest_docker"),
    **_tests("factories of test data", "factory polyfactory model_bakery faker mimesis"),
    **_tests("snapshots", "syrupy inline_snapshot approvaltests"),
    **_product(
        Principle.SECURITY,
        "authentication",
        """fastapi.security fastapi_users authlib jose.jwt jwt.decode jwt.PyJWKClient flask_login flask_jwt_extended
        rest_framework.permissions rest_framework.authentication rest_framework_simplejwt
        django.contrib.auth.decorators django.contrib.auth.mixins allauth oauthlib casbin aiohttp_security
        litestar.security oso""",
    ),
    **_product(
        Principle.SECURITY,
        "rate limits",
        """slowapi fastapi_limiter flask_limiter django_ratelimit ratelimit rest_framework.throttling limits
        litestar.middleware.rate_limit""",
    ),
    **_product(Principle.SECURITY, "security headers", "secure flask_talisman csp"),
    **_product(
        Principle.SECURITY,
        "slow password hashes",
        "pwdlib argon2 bcrypt passlib django.contrib.auth.hashers nacl.pwhash hashlib.scrypt",
    ),
    **_product(
        Principle.RESOURCE_LIFECYCLE,
        "context managers of its own",
        """contextlib.contextmanager contextlib.asynccontextmanager contextlib.AbstractContextManager
        contextlib.AbstractAsyncContextManager""",
    ),
    **_product(
        Principle.RESOURCE_LIFECYCLE,
        "stacks of resources",
        "contextlib.ExitStack contextlib.AsyncExitStack contextlib.closing contextlib.aclosing",
    ),
    **_product(
        Principle.PERFORMANCE,
        "asynchronous drivers",
        """asyncpg aiomysql aiosqlite psycopg.AsyncConnection psycopg_pool.AsyncConnectionPool motor databases
        redis.asyncio sqlalchemy.ext.asyncio tortoise aiohttp.ClientSession httpx.AsyncClient aioboto3 aiobotocore
        aiokafka aio_pika""",
    ),
    **_product(
        Principle.PERFORMANCE,
        "caches",
        """functools.lru_cache functools.cache cachetools aiocache async_lru diskcache dogpile.cache fastapi_cache
        flask_caching django.core.cache django.views.decorators.cache cashews""",
    ),
    **_product(
        Principle.PERFORMANCE,
        "task queues",
        "celery dramatiq rq arq huey taskiq saq procrastinate faststream",
    ),
    **_product(
        Principle.PERFORMANCE,
        "pages of results",
        "fastapi_pagination rest_framework.pagination django.core.paginator flask_paginate litestar.pagination",
    ),
    **_product(
        Principle.EVOLUTION,
        "deprecations that warn",
        "warnings.deprecated typing_extensions.deprecated deprecated deprecation",
    ),
    **_product(
        Principle.EVOLUTION,
        "feature flags",
        """openfeature ldclient UnleashClient waffle flagsmith growthbook posthog gargoyle flipper""",
    ),
    **_product(
        Principle.EVOLUTION,
        "versions of the API",
        "rest_framework.versioning fastapi_versioning fastapi_versionizer cadwyn",
    ),
}
"""Qualified name -> the practice that its use shows."""

ROOTS = frozenset(name.partition(".")[0] for name in PRACTICES)


def practice_of(name: str) -> Practice | None:
    """The practice that the use of a qualified name shows.

    >>> practice_of("tenacity.retry").title
    'retries'
    >>> practice_of("asyncio.sleep") is None
    True
    """
    while name and name not in PRACTICES:
        name = name.rpartition(".")[0]
    return PRACTICES.get(name)
