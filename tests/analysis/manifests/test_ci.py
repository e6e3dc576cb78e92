"""CI configurations: their commands, what lies elsewhere, and whether tests run."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_repository import Files, manifests

from archcheck.analysis.manifests import CiConfig, Command, find_test_command
from archcheck.analysis.manifests import tests_in_ci as in_ci  # not a test, whatever its name says
from archcheck.analysis.manifests.ci_systems import CI_SYSTEMS

WORKFLOW = ".github/workflows/ci.yml"


def only(files: Files, tmp_path: Path) -> CiConfig:
    """The one configuration of a repository."""
    [config] = manifests(tmp_path, files).ci
    return config


def verdict(files: Files, tmp_path: Path) -> bool | None:
    return in_ci(manifests(tmp_path, files).ci)


RUNNING: dict[str, Files] = {
    "github": {WORKFLOW: "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          pip install .\n          pytest\n"},
    "github, matrix": {WORKFLOW: "jobs:\n  a:\n    strategy: {matrix: {include: [{cmd: lint}, {cmd: pytest -q}]}}\n    steps:\n      - run: ${{ matrix.cmd }}\n"},
    "github, environment": {WORKFLOW: "env: {PY: python3}\njobs: {a: {steps: [{run: '${{ env.PY }} -m pytest'}]}}\n"},
    "github, folder": {
        WORKFLOW: "jobs: {a: {steps: [{run: make ci, working-directory: ./backend}]}}\n",
        "backend/Makefile": "ci:\n\tpytest\n",
    },
    "github, composite action": {
        WORKFLOW: "jobs: {a: {steps: [{uses: ./.github/actions/check}]}}\n",
        ".github/actions/check/action.yml": "inputs: {tool: {default: pytest}}\nruns: {steps: [{run: '${{ inputs.tool }} -q'}]}\n",
    },
    "github, retried": {WORKFLOW: "jobs: {a: {steps: [{uses: nick-fields/retry@v3, with: {command: tox}}]}}\n"},
    "github, wheels": {WORKFLOW: "jobs: {a: {steps: [{uses: pypa/cibuildwheel@v2, env: {CIBW_TEST_COMMAND: pytest}}]}}\n"},
    "forgejo": {".forgejo/workflows/ci.yml": "jobs: {a: {steps: [{run: pytest}]}}\n"},
    "gitlab": {".gitlab-ci.yml": ".base: &base\n  script: [&t pytest]\na:\n  <<: *base\n"},
    "gitlab, included": {".gitlab-ci.yml": "include:\n  - local: /ci/check.yml\n", "ci/check.yml": "a: {script: [tox]}\n"},
    "circle": {".circleci/config.yml": "jobs: {a: {steps: [checkout, {run: {name: x, command: pytest}}]}}\n"},
    "circle, short": {".circleci/config.yml": "jobs: {a: {steps: [{run: pytest}]}}\n"},
    "azure": {"azure-pipelines.yml": "jobs:\n- job: a\n  steps:\n  - script: python -m pytest\n"},
    "azure, template": {
        "azure-pipelines.yml": "steps:\n- template: ci/steps.yml\n",
        "ci/steps.yml": "steps: [{bash: pytest}]\n",
    },
    "travis": {".travis.yml": "language: python\nscript: pytest\n"},
    "buildkite": {".buildkite/pipeline.yml": "steps:\n  - command: [make x]\n  - group: g\n    steps: [{commands: [pytest]}]\n"},
    "drone": {".drone.yml": "kind: pipeline\nsteps: [{commands: [ruff]}]\n---\nsteps: [{commands: [pytest]}]\n"},
    "woodpecker": {".woodpecker/ci.yaml": "steps: {a: {commands: [pytest]}}\n"},
    "cirrus": {".cirrus.yml": "task:\n  test_script:\n    - pytest\n"},
    "bitbucket": {"bitbucket-pipelines.yml": "pipelines: {default: [{step: {script: [pytest]}}]}\n"},
    "appveyor": {"appveyor.yml": "test_script: [cmd: pytest]\n"},
    "semaphore": {".semaphore/semaphore.yml": "blocks: [{task: {jobs: [{commands: [pytest]}]}}]\n"},
    "cloud build": {"cloudbuild.yaml": "steps: [{name: python, entrypoint: python, script: pytest}]\n"},
    "jenkins": {"Jenkinsfile": "pipeline { stages { stage('a') { steps { sh 'pip install .'\n sh(script: \"pytest -q\") } } } }\n"},
    "jenkins, block": {"Jenkinsfile": "node {\n  sh '''\n    . venv/bin/activate\n    pytest\n  '''\n}\n"},
    "python program": {
        ".ci/run": "exec python3 tools/check.py\n",
        "tools/check.py": "TESTS = ('pytest', '-q')\nrun(TESTS)\n",
    },
    "python program, interpreter": {
        WORKFLOW: "jobs: {a: {steps: [{run: ./ci.py}]}}\n",
        "ci.py": "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pytest'])\n",
    },
    "python program, text": {".ci/run": "python ci.py\n", "ci.py": "import os\nos.system('pytest -q')\n"},
    "python program, call": {".ci/run": "python ci.py\n", "ci.py": "import pytest\npytest.main()\n"},
    "program": {".ci/run": "#!/bin/sh\nexec ./scripts/check\n", "scripts/check": "pytest\n"},
}  # fmt: skip


@pytest.mark.parametrize("name", RUNNING)
def test_tests_run(name: str, tmp_path: Path) -> None:
    assert verdict(RUNNING[name], tmp_path) is True


NOT_RUNNING: dict[str, Files] = {
    "only checks": {WORKFLOW: "jobs: {a: {steps: [{run: ruff check}, {uses: actions/checkout@v4}]}}\n"},
    "switched off": {WORKFLOW: "jobs: {a: {if: false, steps: [{run: pytest}]}}\n"},
    "a name is no command": {WORKFLOW: "name: pytest\njobs: {pytest: {name: run pytest, steps: [{name: pytest}]}}\n"},
    "other tests": {WORKFLOW: "jobs: {a: {steps: [{run: npm test}]}}\n", "package.json": '{"scripts": {"test": "jest"}}'},
    "a report": {WORKFLOW: "jobs: {a: {steps: [{uses: dorny/test-reporter@v1}]}}\n"},
    "jenkins": {"Jenkinsfile": "// pytest\nnode { sh 'make build' }\n"},
    "python program without tests": {
        ".ci/run": "python3 tools/check.py\n",
        "tools/check.py": "# pytest\nCHECKS = ('ruff', 'check')\nrun(['pip', 'install', 'pytest'])\nmain()\n",
    },
    "broken python program": {".ci/run": "python ci.py\n", "ci.py": "run(['pytest'\n"},
    "workflow of a subfolder": {".github/workflows/old/ci.yml": "jobs: {a: {steps: [{run: pytest}]}}\n", ".travis.yml": "script: make\n"},
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_RUNNING)
def test_tests_do_not_run(name: str, tmp_path: Path) -> None:
    assert verdict(NOT_RUNNING[name], tmp_path) is False


UNSEEN: dict[str, Files] = {
    "no configuration": {"README.md": ""},
    "reusable workflow": {WORKFLOW: "jobs: {a: {uses: org/ci/.github/workflows/python.yml@v1}}\n"},
    "test action": {WORKFLOW: "jobs: {a: {steps: [{uses: org/pytest-action@v2}]}}\n"},
    "gitlab template": {".gitlab-ci.yml": "include:\n  - project: org/ci\n    file: python.yml\n"},
    "gitlab address": {".gitlab-ci.yml": "include: https://ci.example.org/python.yml\n"},
    "circle orb": {".circleci/config.yml": "orbs: {python: circleci/python@2}\nworkflows: {a: {jobs: [python/test]}}\n"},
    "azure template": {"azure-pipelines.yml": "steps:\n- template: python.yml@templates\n"},
    "jenkins library": {"Jenkinsfile": "@Library('ci') _\npythonBuild()\n"},
    "program of its own": {".drone.star": "def main(ctx): pass\n"},
    "broken include": {".gitlab-ci.yml": "include: /ci/a.yml\n", "ci/a.yml": "a: [\n"},
}  # fmt: skip


@pytest.mark.parametrize("name", UNSEEN)
def test_what_cannot_be_seen_is_unknown(name: str, tmp_path: Path) -> None:
    assert verdict(UNSEEN[name], tmp_path) is None


def test_a_visible_test_command_outweighs_what_is_unseen(tmp_path: Path) -> None:
    files = {
        WORKFLOW: "jobs: {a: {uses: org/x/.github/workflows/y.yml@v1}, b: {steps: [{run: pytest}]}}\n"
    }
    assert verdict(files, tmp_path) is True


def test_commands_have_lines(tmp_path: Path) -> None:
    text = "jobs:\n  a:\n    steps:\n      - run: |\n          pip install \\\n            .\n          pytest -q\n      - run: make check\n"
    config = only({WORKFLOW: text, "Makefile": "check:\n\ttox\n"}, tmp_path)
    assert config.commands == (
        Command(5, "pip install ."),
        Command(7, "pytest -q"),
        Command(8, "make check"),
        Command(2, "tox", "Makefile"),
    )
    assert find_test_command([config]) == (config, Command(7, "pytest -q"))


def test_a_broken_configuration_is_named(tmp_path: Path) -> None:
    found = manifests(tmp_path, {WORKFLOW: "jobs: [\n", ".travis.yml": "script: pytest\n"})
    assert [(failure.path, failure.line) for failure in found.failures] == [(WORKFLOW, 2)]
    assert [config.path for config in found.ci] == [".travis.yml"]


def test_a_nested_member_is_served_by_the_ci_of_the_root_and_its_own(tmp_path: Path) -> None:
    files = {
        WORKFLOW: "jobs: {}\n",
        "api/.gitlab-ci.yml": "a: {script: [pytest]}\n",
        "web/.travis.yml": "script: x\n",
    }
    assert [config.path for config in manifests(tmp_path, files, "api").ci] == [
        WORKFLOW,
        "api/.gitlab-ci.yml",
    ]
    assert [config.path for config in manifests(tmp_path, files).ci] == [WORKFLOW]


def test_files_that_include_one_another_end(tmp_path: Path) -> None:
    files = {
        ".gitlab-ci.yml": "include: [/a.yml]\n",
        "a.yml": "include: [/b.yml, /a.yml]\n",
        "b.yml": "include: [/a.yml]\nx: {script: [tox]}\n",
    }
    assert verdict(files, tmp_path) is True


def test_many_expressions_do_not_multiply_without_end(tmp_path: Path) -> None:
    names = "abcdefgh"
    matrix = ", ".join(f"{name}: [{', '.join(map(str, range(20)))}]" for name in names)
    command = " ".join(f"${{{{ matrix.{name} }}}}" for name in names)
    text = f"jobs: {{a: {{strategy: {{matrix: {{{matrix}}}}}, steps: [{{run: '{command}'}}]}}}}\n"
    assert len(only({WORKFLOW: text}, tmp_path).commands) == 50


def test_systems_have_names() -> None:
    names = [system.name for system in CI_SYSTEMS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x\n",
        "- a\n",
        "jobs: x\n",
        "jobs: {a: x, b: {steps: y}, c: {strategy: z, steps: [1]}}\n",
    ],
)
def test_other_shapes_are_passed_over(text: str, tmp_path: Path) -> None:
    assert verdict({WORKFLOW: text}, tmp_path) is False
