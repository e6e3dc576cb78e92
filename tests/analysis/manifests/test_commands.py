"""Which shell lines run tests."""

from __future__ import annotations

import time

import pytest

from archcheck.analysis.manifests.commands import environments, runs_tests, segments

TESTS = """\
pytest
python -m pytest tests -x
uv run pytest
uv run --with pytest-cov --extra test pytest -q
uv run --frozen python -m pytest
poetry run pytest --cov
tox
tox -e py311
tox -e ${{ matrix.toxenv }}
tox run -e py310,lint
nox -s tests-3.11
nox
python -m tox -e py
python -m unittest discover
python manage.py test
./manage.py test --parallel
coverage run -m pytest
coverage run manage.py test
hatch test
hatch run test:cov
hatch run +py=3.11 test:test
hatch run cov
make test
make -j2 test
make unit-tests
just test
task test
poe test
uv run poe test
pdm run test
pdm test
invoke test
docker compose run --rm web pytest
docker compose run web python manage.py test
docker-compose -f docker-compose.test.yml run --rm web test
docker compose exec -T backend bash scripts/tests-start.sh
docker run --rm img pytest -q
cd backend && PYTHONPATH=. pytest
DJANGO=1 python -W error tests/runtests.py
python tests/run_tests.py
trial buildbot.test
python -m twisted.trial foo
bin/test -vv
sudo -E pytest
xvfb-run pytest
timeout 600 pytest
bash -c "pytest -q"
earthly +test
bazel test //...
pants test ::
if ! pytest; then exit 1; fi
pip install tox && tox
python3.11 -m nox --session tests
python -m pytest_cov; py.test
conda run -n base pytest
micromamba run -n env python -m pytest
python setup.py test
inv test
pipenv run pytest
rye run test
rye test
.venv/bin/pytest
$VENV/bin/python -m pytest
stestr run
python -m coverage run -m unittest
python -X dev -m pytest
uvx nox -s tests
uvx --with "tomli; python_version<'3.11'" nox --python 3.12 --sessions tests
uvx --with tox-uv tox -e py312
pipx run nox -s tests
uv tool run tox
docker build --target test .
hatch -e test run pytest
ddtrace-run pytest
robot tests
"""

NO_TESTS = """\
pip install pytest
pip install -r requirements-test.txt
uv sync --group test
uv pip install pytest
poetry install --with test
ruff check tests
mypy src tests
tox -e lint
tox -e docs,typing
nox -s lint
nox -s docs build
echo pytest
cat pytest.ini
npm test
yarn test
npx jest
npm run test
make lint
make install-test-deps
make build
docker build -t app-test .
docker push app/test
git commit -m "run pytest"
codecov upload --flags unittests
pre-commit run --all-files
python setup.py sdist
python -m build
black --check src tests
apt-get install python3-pytest
conda install pytest
cd tests
# pytest
pip install -e .[test]
uv run ruff check
uv run --with pytest ruff check .
cargo test
go test ./...
test -f foo
[ -f test ]
poetry build
hatch build
hatch run lint:all
helm test foo
uv run mypy tests
python -m pip install pytest
coverage xml
python scripts/test_report.py
coverage report --fail-under=80
"""


@pytest.mark.parametrize("line", TESTS.splitlines())
def test_runs_tests(line: str) -> None:
    assert runs_tests(line)


@pytest.mark.parametrize("line", NO_TESTS.splitlines())
def test_runs_no_tests(line: str) -> None:
    assert not runs_tests(line)


def test_lines_and_chains_are_looked_at_one_by_one() -> None:
    assert runs_tests("pip install pytest &&\n  pytest -q")
    assert runs_tests("set -e; cd backend; python -m pytest | tee log")
    assert runs_tests("docker run img sh -c 'pip install . && pytest'")
    assert not runs_tests("pip install \\\n  pytest")


def test_segments_take_off_what_wraps_a_command() -> None:
    [segment] = segments("CI=1 sudo -E timeout 60 uv run --with x poetry run ./bin/check --fast")
    assert (segment.name, segment.path) == ("check", "./bin/check")
    assert segment.arguments == ("--fast",)
    assert segment.wrappers == ("uv", "poetry")


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("tox", "-e py311,lint -- -q", ["py311", "lint"]),
        ("tox", "run --env=docs", ["docs"]),
        ("tox", "-epy", ["py"]),
        ("tox", "", []),
        ("nox", "-s tests lint", ["tests", "lint"]),
        ("nox", "--session=tests-3.12", ["tests-3.12"]),
    ],
)
def test_environments_of_tox_and_nox(name: str, arguments: str, expected: list[str]) -> None:
    assert environments(name, tuple(arguments.split())) == expected


@pytest.mark.parametrize(
    "text",
    [
        "make " + "a " * 100_000,
        "uv run " * 50_000,
        "&& " * 100_000,
        "(" * 100_000,
        "a=b " * 100_000,
    ],
)
def test_odd_lines_take_linear_time(text: str) -> None:
    start = time.perf_counter()
    assert not runs_tests(text)
    assert time.perf_counter() - start < 2
