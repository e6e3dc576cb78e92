"""Roles: paths as real projects have them, and the look-alikes."""

from __future__ import annotations

import pytest

from archcheck.analysis.roles import path_role, refine
from archcheck.model import Role

PATHS = [
    # path, module, role
    ("shop/_vendor/six.py", "shop._vendor.six", Role.VENDORED),
    ("src/shop/third_party/lru.py", "shop.third_party.lru", Role.VENDORED),
    ("shop/vendor/tests/test_six.py", "shop.vendor.tests.test_six", Role.VENDORED),
    ("shop/rpc/orders_pb2.py", "shop.rpc.orders_pb2", Role.GENERATED),
    ("shop/rpc/orders_pb2_grpc.py", "shop.rpc.orders_pb2_grpc", Role.GENERATED),
    ("clients/openapi_client/api.py", "openapi_client.api", Role.GENERATED),
    ("tests/test_orders.py", "tests.test_orders", Role.TEST),
    ("tests/helpers/http.py", "tests.helpers.http", Role.TEST),
    ("src/shop/tests/__init__.py", "shop.tests", Role.TEST),
    ("shop/orders/test_service.py", "shop.orders.test_service", Role.TEST),
    ("shop/orders/service_test.py", "shop.orders.service_test", Role.TEST),
    ("smoketest.py", "smoketest", Role.TEST),
    ("shop/sites/tests.py", "shop.sites.tests", Role.TEST),
    ("shop/pytest/orders.py", "shop.pytest.orders", Role.TEST),
    ("src/pytest/orders.py", "pytest.orders", Role.RUNTIME),
    ("shop/conftest.py", "shop.conftest", Role.TEST),
    ("conftest.py", "conftest", Role.TEST),
    ("shop/testing.py", "shop.testing", Role.TEST),
    ("shop/helpers/testhelpers.py", "shop.helpers.testhelpers", Role.TEST),
    ("shop/testutil.py", "shop.testutil", Role.TEST),
    ("shop/testcases.py", "shop.testcases", Role.RUNTIME),
    ("shop/settings/test.py", "shop.settings.test", Role.TEST),
    ("shop/testing/fixtures/app.py", "shop.testing.fixtures.app", Role.TEST),
    ("e2e_suite/pages.py", "e2e_suite.pages", Role.TEST),
    ("src/shop/functest_helpers/auth.py", "shop.functest_helpers.auth", Role.TEST),
    ("test_shop/functional.py", "test_shop.functional", Role.TEST),
    ("shop-tests/pages.py", "", Role.TEST),
    ("t/unit/worker/loops.py", "t.unit.worker.loops", Role.TEST),
    ("shop/t/loops.py", "shop.t.loops", Role.RUNTIME),
    ("shop/contest/entries.py", "shop.contest.entries", Role.RUNTIME),
    ("shop/latest.py", "shop.latest", Role.RUNTIME),
    ("docs/conf.py", "conf", Role.DOCS),
    ("docs/test_docs.py", "docs.test_docs", Role.TEST),
    ("examples/tutorial/flaskr/db.py", "flaskr.db", Role.DOCS),
    ("shop/examples/world_bank.py", "shop.examples.world_bank", Role.DOCS),
    ("shop/example_orders/first.py", "shop.example_orders.first", Role.DOCS),
    ("shop/icons/example.py", "shop.icons.example", Role.DOCS),
    ("shop/counterexamples/rare.py", "shop.counterexamples.rare", Role.RUNTIME),
    ("samples/snippets/quickstart.py", "samples.snippets.quickstart", Role.DOCS),
    ("shop/samples/blood.py", "shop.samples.blood", Role.RUNTIME),
    ("shop/demo/data.py", "shop.demo.data", Role.RUNTIME),
    ("demo/app/views.py", "app.views", Role.DOCS),
    ("demo/views.py", "demo.views", Role.RUNTIME),
    (
        "shop/project_template/project_name/urls.py",
        "shop.project_template.project_name.urls",
        Role.DOCS,
    ),
    ("template/{{cookiecutter.slug}}/views.py", "", Role.DOCS),
    ("shop/templates/small/repo/orders.py", "shop.templates.small.repo.orders", Role.DOCS),
    ("shop/templates/rendering.py", "shop.templates.rendering", Role.RUNTIME),
    (
        "shop/orders/migrations/0001_initial.py",
        "shop.orders.migrations.0001_initial",
        Role.MIGRATION,
    ),
    ("alembic/versions/1a2b_add_orders.py", "alembic.versions.1a2b_add_orders", Role.MIGRATION),
    ("app/db/alembic_migrations/env.py", "app.db.alembic_migrations.env", Role.MIGRATION),
    ("app/database/revisions/1a2b.py", "app.database.revisions.1a2b", Role.MIGRATION),
    ("shop/migration/planner.py", "shop.migration.planner", Role.RUNTIME),
    ("setup.py", "setup", Role.SCRIPT),
    ("shop/setup.py", "shop.setup", Role.RUNTIME),
    ("noxfile.py", "noxfile", Role.SCRIPT),
    ("tasks.py", "tasks", Role.SCRIPT),
    ("shop/tasks.py", "shop.tasks", Role.RUNTIME),
    ("scripts/release.py", "scripts.release", Role.SCRIPT),
    ("scripts-dev/release.py", "", Role.SCRIPT),
    ("shop/_scripts/port_db.py", "shop._scripts.port_db", Role.SCRIPT),
    ("shop/scripts/start.py", "shop.scripts.start", Role.SCRIPT),
    ("shop/components/script/trace.py", "shop.components.script.trace", Role.RUNTIME),
    (
        "shop/components/python_script/helpers.py",
        "shop.components.python_script.helpers",
        Role.RUNTIME,
    ),
    ("tools/codegen/sdk.py", "tools.codegen.sdk", Role.SCRIPT),
    ("tools/__init__.py", "tools", Role.SCRIPT),
    ("backend/shop/tools/builtin.py", "shop.tools.builtin", Role.RUNTIME),
    ("contrib/git_hook.py", "contrib.git_hook", Role.SCRIPT),
    ("extras/load-test.py", "", Role.SCRIPT),
    ("check-orders.py", "", Role.SCRIPT),
    ("shop/orders/management/commands/sync-orders.py", "", Role.RUNTIME),
    ("conftest_support.py", "conftest_support", Role.TEST),
    ("extras/models.py", "extras.models", Role.RUNTIME),
    ("shop/contrib/redirects.py", "shop.contrib.redirects", Role.RUNTIME),
    ("build/pipeline.py", "build.pipeline", Role.RUNTIME),
    (".github/actions/label.py", "", Role.SCRIPT),
    ("shop/db/seed_data.py", "shop.db.seed_data", Role.SCRIPT),
    ("shop/db/seeds/users.py", "shop.db.seeds.users", Role.SCRIPT),
    ("shop/seedling.py", "shop.seedling", Role.RUNTIME),
    ("shop/settings_local.py", "shop.settings_local", Role.SCRIPT),
    ("shop/main.py", "shop.main", Role.ENTRYPOINT),
    ("shop/__main__.py", "shop.__main__", Role.ENTRYPOINT),
    ("manage.py", "manage", Role.ENTRYPOINT),
    ("shop/wsgi/__init__.py", "shop.wsgi", Role.ENTRYPOINT),
    ("shop/app/__init__.py", "shop.app", Role.RUNTIME),
    ("test-int/metrics.py", "", Role.TEST),
    ("evals/judge/run.py", "evals.judge.run", Role.DOCS),
    ("src/shop/evals/run.py", "shop.evals.run", Role.RUNTIME),
    ("shop/config.py", "shop.config", Role.CONFIG),
    ("shop/settings/base.py", "shop.settings.base", Role.CONFIG),
    ("config/orders.py", "", Role.RUNTIME),
    ("shop/orders/service.py", "shop.orders.service", Role.RUNTIME),
    ("Shop/Tests/Orders.py", "Shop.Tests.Orders", Role.TEST),
]


@pytest.mark.parametrize(("path", "module", "role"), PATHS)
def test_path_gives_the_role(path: str, module: str, role: Role) -> None:
    assert path_role(path, module) is role


def test_table_covers_every_role_a_path_can_give() -> None:
    assert {role for _, _, role in PATHS} == set(Role) - {Role.CLI}


@pytest.mark.parametrize(
    "head",
    [
        "# @generated by protoc",
        "# Auto generated by make_widths.py",
        "# -*- coding: utf-8 -*-\n# This file was automatically generated by the build\n",
        "# generated from orders.proto",
        "#!/usr/bin/env python\n# DO NOT EDIT",
        '"""Automatically generated by hassfest.\n',
        '"""Autogenerated file with the known devices."""',
        "# Do not edit this file directly. It has been autogenerated from\n# _async.py",
    ],
)
def test_first_lines_tell_a_generated_file(head: str) -> None:
    assert path_role("shop/widths.py", "shop.widths", head) is Role.GENERATED


@pytest.mark.parametrize(
    "head",
    [
        '"""Reports generated from orders."""',
        '"""Auto-generated primary keys."""',
        '"""Users who do not edit their profile."""',
        "# Invoices are generated by the nightly job",
        'NOTE = "# @generated"',
        "\n" * 5 + "# @generated",
    ],
)
def test_first_lines_that_only_speak_of_generating(head: str) -> None:
    assert path_role("shop/reports.py", "shop.reports", head) is Role.RUNTIME


def test_a_stamped_migration_stays_a_migration() -> None:
    head = "# Generated by Django 4.2 on 2024-01-01 10:00\n"
    path = "shop/orders/migrations/0002_total.py"
    assert path_role(path, "shop.orders.migrations.0002_total", head) is Role.MIGRATION


def _refined(
    path: str,
    *,
    imports: tuple[str, ...] = (),
    functions: tuple[str, ...] = (),
    has_tests: bool = False,
) -> Role:
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return refine(
        path_role(path, module),
        path,
        module,
        imported_roots=imports,
        functions=functions,
        has_tests=has_tests,
    )


@pytest.mark.parametrize(
    ("path", "imports", "role"),
    [
        ("shop/cli.py", ("click",), Role.CLI),
        ("shop/cli/users.py", ("typer",), Role.CLI),
        ("shop/cli_users.py", ("argparse",), Role.CLI),
        ("shop/__main__.py", ("argparse",), Role.CLI),
        ("shop/commandline.py", ("argparse",), Role.CLI),
        ("shop/commandline.py", (), Role.RUNTIME),
        ("shop/__main__.py", (), Role.ENTRYPOINT),
        ("shop/bin/worker.py", ("click",), Role.CLI),
        ("shop/cli/formats.py", ("json",), Role.RUNTIME),
        ("shop/client.py", ("argparse",), Role.RUNTIME),
        ("shop/clients/http.py", ("argparse",), Role.RUNTIME),
        ("shop/commands/refund.py", ("shop",), Role.RUNTIME),
        ("shop/orders.py", ("click",), Role.RUNTIME),
        ("shop/management/commands/refund.py", (), Role.CLI),
        ("shop/tests/cli.py", ("click",), Role.TEST),
        ("scripts/cli.py", ("click",), Role.SCRIPT),
    ],
)
def test_commands_need_their_place_and_a_parser(
    path: str, imports: tuple[str, ...], role: Role
) -> None:
    assert _refined(path, imports=imports) is role


def test_an_application_factory_makes_an_entrypoint() -> None:
    assert _refined("shop/factory.py", functions=("create_app",)) is Role.ENTRYPOINT
    assert _refined("shop/factory.py", functions=("create_order",)) is Role.RUNTIME


def test_a_name_like_a_tests_without_any_test_is_the_business() -> None:
    assert _refined("ci_server/data/test_results.py", imports=("sqlalchemy",)) is Role.RUNTIME
    assert _refined("stats/significance_tests.py", imports=("math",)) is Role.RUNTIME


def test_a_name_like_a_tests_with_tests_or_a_test_library_is_a_test() -> None:
    assert _refined("shop/test_orders.py", has_tests=True) is Role.TEST
    assert _refined("shop/test_base.py", imports=("unittest",)) is Role.TEST
    assert _refined("shop/tests/test_data.py") is Role.TEST
    assert _refined("test_data.py") is Role.TEST
    assert _refined("shop/utils/test_utils.py", imports=("datetime",)) is Role.TEST
    assert _refined("shop/conftest.py") is Role.TEST


@pytest.mark.parametrize(
    ("path", "head", "role"),
    [
        ("shop/_version.py", "# computes a version\n" * 6 + "# versioneer-0.29", Role.GENERATED),
        ("shop/_version.py", "__version__ = '1'", Role.RUNTIME),
        ("shop/release.py", "# versioneer-0.29", Role.RUNTIME),
    ],
)
def test_what_versioneer_puts_into_a_package(path: str, head: str, role: Role) -> None:
    assert path_role(path, path[:-3].replace("/", "."), head) is role


@pytest.mark.parametrize(
    "generator",
    [
        "Generated by OpenAPI Generator (https://openapi-generator.tech)",
        "Generated by: https://github.com/swagger-api/swagger-codegen.git",
        "Generated by: https://openapi-generator.tech",
    ],
)
@pytest.mark.parametrize("path", ["shop/client/orders.py", "test/test_orders.py"])
def test_a_client_that_is_made_of_a_description(path: str, generator: str) -> None:
    head = f'# coding: utf-8\n\n"""\n    Shop\n\n    All about orders.\n\n    {generator}\n"""\n'
    assert path_role(path, path[:-3].replace("/", "."), head) is Role.GENERATED
    text = head.replace("    Generated by", "    Reads what is generated by")
    assert path_role(path, path[:-3].replace("/", "."), text) is not Role.GENERATED


@pytest.mark.parametrize("name", ["runtests", "run_tests", "runtest"])
def test_what_runs_the_tests(name: str) -> None:
    assert path_role(f"{name}.py", name) is Role.TEST
