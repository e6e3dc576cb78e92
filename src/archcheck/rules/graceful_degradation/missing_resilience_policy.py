"""ARC0303: a service asks others, and nothing provides for their failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from archcheck.analysis.facts import Evidence, ModuleFacts
from archcheck.analysis.topics.remote.resilience import is_remote
from archcheck.model import Confidence, Kind, Member, Outcome, Place, Role, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

#: With fewer calls a policy would be more than what it protects.
_SEVERAL = 3
_BUSIEST = 3
_RETRY, _ISOLATION = "retry", "isolation"
_MISSING = {
    _RETRY: "none is tried again when it fails",
    _ISOLATION: "nothing keeps the program going without them: no circuit breaker, no logged fallback, no deadline",
}
_CALLS = (
    "import httpx\n\nclient = httpx.Client(base_url='https://stock.example')\n\n\n"
    "def level(sku):\n    return client.get(f'/levels/{sku}').json()\n\n\n"
    "def reserve(sku):\n    client.put(f'/reservations/{sku}')\n\n\n"
    "def release(sku):\n    client.delete(f'/reservations/{sku}')\n"
)
_PYPROJECT = '[project]\nname = "shop"\nversion = "1.0"\n'


class MissingResiliencePolicy(ProjectRule):
    """A service calls other services, and nothing provides for the time when they fail.

    Every other service is down sometimes, mostly for seconds. A call that is tried again after a pause hides most of
    these failures; a circuit breaker or a fallback keeps the rest from taking this service down too.

    Asked once for retries and once for isolation, of services and workers with three or more calls over HTTP, mail or
    message queues. Evidence of retries: tenacity, stamina, backoff and their like, `HTTPTransport(retries=)`,
    `HTTPAdapter(max_retries=)`, retries of Celery and other job runners, and whatever function, class, variable or
    argument is named after retries, attempts or backing off where other services are called. Evidence of isolation: a
    library of circuit breakers or a class named so, a handler that logs the failure of a call and goes on, a deadline
    (`asyncio.timeout`), a limit on how many wait (`asyncio.Semaphore`). A service mesh (Istio, Linkerd, Consul, Kuma)
    in the deployment is evidence of both.

    Not flagged: calls to the own database and cache, and those of clients that retry by themselves (boto3, OpenAI,
    Stripe, urllib3), which do not count; what commands call. Where something else is tried again, nothing is said of retries. Which of the services are critical, and whether a fallback is right, no tool
    can tell.
    """

    code = "ARC0303"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    preview = True
    noun = "ways to outlast the failure of another service are in use"
    message = "{count} calls ask other services, most of them in `{module}`, and {missing}"
    advice = "retry with tenacity or stamina; let a circuit breaker or a logged fallback answer for what stays down"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER})
    roles = frozenset({Role.RUNTIME, Role.CONFIG, Role.ENTRYPOINT})
    whole_repository = True
    seed = "Seed 001, principle 3: retries, circuit breakers for non-critical services; seed 002: resilience"
    good = (
        Example(
            "Tried again after a pause, and left out when it stays down.",
            f"import logging\n\nimport stamina\n{_CALLS}\n\n"
            "@stamina.retry(on=httpx.TransportError, attempts=3)\ndef price(sku):\n"
            "    return client.get(f'/prices/{sku}').json()\n\n\n"
            "def price_or_none(sku):\n    try:\n        return price(sku)\n    except httpx.HTTPError:\n"
            "        logging.warning('no price for %s', sku, exc_info=True)\n        return None\n",
            path="src/shop/stock.py",
        ),
        Example(
            "The mesh retries and breaks the circuit.",
            _CALLS,
            path="src/shop/stock.py",
            files={
                "pyproject.toml": _PYPROJECT,
                "deploy/service.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\n---\n"
                "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: stock\n",
            },
        ),
    )
    bad = (
        Example(
            "One failure of the stock service is a failure of the shop.",
            f"# [missing-resilience-policy]\n{_PYPROJECT}",
            path="pyproject.toml",
            files={"src/shop/stock.py": _CALLS},
        ),
        Example(
            "Nothing keeps going when the retries are used up.",
            f"# [missing-resilience-policy]\n{_PYPROJECT}",
            path="pyproject.toml",
            files={
                "src/shop/stock.py": _CALLS.replace(
                    "Client(", "Client(transport=httpx.HTTPTransport(retries=2), "
                )
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            modules = [each for each in project.facts_of(member) if each.role in self.roles]
            calls = {module.path: _remote_calls(module, project) for module in modules}
            if sum(map(len, calls.values())) >= _SEVERAL:
                yield from self._judged(member, modules, calls, project)

    def _judged(
        self,
        member: Member,
        modules: Sequence[ModuleFacts],
        calls: dict[str, list[Evidence]],
        project: Project,
    ) -> Iterator[Outcome]:
        mesh = project.manifests[member.root].service_mesh
        signs = {
            _RETRY: _first_sign((module, module.resilience.retries) for module in modules),
            _ISOLATION: _first_sign((module, module.resilience.isolation) for module in modules),
        }
        missing = [kind for kind, sign in signs.items() if sign is None and not mesh]
        if _RETRY in missing and any(module.resilience.retries_something for module in modules):
            # Perhaps a call through a client that is not known here: nobody can tell.
            missing.remove(_RETRY)
            del signs[_RETRY]
        busiest = Counter({path: len(found) for path, found in calls.items()}).most_common(_BUSIEST)
        home = project.home_of(member)
        for kind, sign in signs.items():
            if kind in missing:
                yield self.violates(
                    file_place(home, 1, kind),
                    group=f"{self.code} {member.root}",
                    trace=[
                        TraceStep(path, calls[path][0].line, f"calls to other services: {count}")
                        for path, count in busiest
                        if count
                    ],
                    count=sum(map(len, calls.values())),
                    module=busiest[0][0],
                    missing="; ".join(_MISSING[each] for each in missing),
                )
            else:
                yield self.complies(sign or file_place(mesh, 0, kind))


def _remote_calls(module: ModuleFacts, project: Project) -> list[Evidence]:
    """The calls of a module to other services, also those through a client that another module holds."""
    found = list(module.resilience.remote_calls)
    for site in module.deferred_calls:
        target = project.instance(site.target)
        if is_remote(target):
            found.append(Evidence(target, site.place.location.line))
    return sorted(found, key=lambda each: each.line)


def _first_sign(found: Iterable[tuple[ModuleFacts, Sequence[Evidence]]]) -> Place | None:
    """Where the first sign of a policy stands."""
    signs = sorted((module.path, each.line, each.name) for module, all_ in found for each in all_)
    return file_place(*signs[0]) if signs else None
