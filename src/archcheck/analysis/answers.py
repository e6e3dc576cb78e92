"""The answers to the questions of `archcheck.analysis.queries`, once the whole program is known."""

from __future__ import annotations

from archcheck.analysis.facts import ConvertedParameter
from archcheck.analysis.project import Project
from archcheck.analysis.queries import (
    AnswersMisfits,
    AnyOf,
    AtLeast,
    Called,
    ClosedElsewhere,
    Converts,
    DeclaresResult,
    DependencyOfRoute,
    FirstParty,
    FunctionDoes,
    GivenByClients,
    HandlesRoute,
    HeldByModule,
    Imported,
    IsA,
    IsLegacyQuery,
    IsSubclass,
    LacksDefinition,
    Locked,
    LogsStructured,
    MemberQuery,
    Overrides,
    PythonAdmitted,
    Query,
    Requires,
    RunsUnattended,
    ServesRequests,
    SetsVariable,
    StartsProgram,
    TakesApart,
    TypesAssured,
    ValidatesBody,
)
from archcheck.analysis.topics.requests.client_values import Receipt
from archcheck.model import TraceStep


def answer(query: Query, project: Project) -> bool | None:
    """Answer ``query`` from ``project``; None when nobody can know."""
    if isinstance(query, IsSubclass):
        return project.hierarchy.derives(query.name, query.bases)
    if isinstance(query, IsA):
        return project.hierarchy.is_a(query.name, query.kind)
    if isinstance(query, IsLegacyQuery):
        return project.legacy_queries.is_legacy(query.path)
    if isinstance(query, Overrides):
        return project.overrides(query.name)
    if isinstance(query, FunctionDoes):
        return project.deeds.does(query.name, query.deed, query.foreign)
    if isinstance(query, (DeclaresResult, FirstParty, Imported, LacksDefinition)):
        return _answer_of_definitions(query, project)
    if isinstance(query, HeldByModule):
        return project.lifetimes.is_held_by_module(query.name)
    if isinstance(query, ClosedElsewhere):
        return project.lifetimes.is_closed_elsewhere(
            query.name, query.attribute, shows_itself=query.shows_itself
        )
    if isinstance(query, (HandlesRoute, DependencyOfRoute, ServesRequests)):
        return _answer_of_routes(query, project)
    if isinstance(query, (GivenByClients, Converts, ValidatesBody, TakesApart)):
        return _answer_of_client_values(query, project)
    if isinstance(query, AnyOf):
        answers = [answer(part, project) for part in query.queries]
        if answers.count(True) >= query.number:
            return True
        possible = len(answers) - answers.count(False)
        return False if possible < query.number else None
    if isinstance(query, SetsVariable):
        return query.name in project.variables_set
    return _answer_of_member(query, project)


def _answer_of_definitions(
    query: DeclaresResult | FirstParty | Imported | LacksDefinition, project: Project
) -> bool | None:
    """Answer a question about what the project defines, and who asks for it."""
    if isinstance(query, DeclaresResult):
        return project.declares_result(query.name)
    if isinstance(query, FirstParty):
        return project.defines(query.name)
    if isinstance(query, Imported):
        return query.name in project.graph.imported
    return any(project.lacks_definition(name) for name in query.names)


def evidence(query: Query, project: Project) -> tuple[TraceStep, ...]:
    """What shows that the answer to ``query`` is yes, where another file than the one that asks may show it."""
    if isinstance(query, AnyOf):
        shown = (evidence(each, project) for each in query.queries if answer(each, project))
        return next(shown, ())
    if isinstance(query, GivenByClients):
        first = min(_receipts(query, project), key=lambda each: (each.path, each.handover.line))
        giver = first.handover.giver
        return (
            TraceStep(first.path, first.handover.line, f"`{giver}` hands over what a client sent"),
        )
    if isinstance(query, Converts):
        found = _conversion(query, project)
        if found is not None:
            return (
                TraceStep(found.path, found.line, f"is converted with `{_last(found.converter)}`"),
            )
    if isinstance(query, TakesApart):
        taken = project.client_values.body_parameter(query.callee, query.argument, query.path)
        if taken is not None:
            return (
                TraceStep(
                    taken.path, taken.line, f"`{taken.function}` uses what is in it as it comes"
                ),
            )
    return ()


def _receipts(query: GivenByClients, project: Project) -> list[Receipt]:
    return [
        each
        for argument in query.arguments
        for each in project.client_values.receipts.get(argument, ())
        if query.contents & each.handover.contents
    ]


def _conversion(query: Converts, project: Project) -> ConvertedParameter | None:
    for each in project.client_values.conversions(query.callee, query.argument, query.path):
        if each.converter in query.converters and not (query.unguarded and each.guarded):
            return each
    return None


def _answer_of_client_values(
    query: GivenByClients | Converts | ValidatesBody | TakesApart, project: Project
) -> bool | None:
    """Answer what becomes of what a client sent in the function that it is handed to."""
    if isinstance(query, GivenByClients):
        return bool(_receipts(query, project))
    if isinstance(query, Converts):
        return _conversion(query, project) is not None
    values = project.client_values
    known = values.body_parameter(query.callee, query.argument, query.path)
    if isinstance(query, TakesApart):
        return known is not None and known.checked is False and known.keys >= query.number
    if not values.is_certain(query.callee, query.path):
        return query.named_check
    if known is None or known.checked is None:
        return None if query.named_check else False
    return known.checked


def _answer_of_routes(
    query: HandlesRoute | DependencyOfRoute | ServesRequests, project: Project
) -> bool:
    """Answer a question about what happens when a client sends a request."""
    if isinstance(query, HandlesRoute):
        return query.name in project.routing.handlers
    if isinstance(query, DependencyOfRoute):
        return query.name in project.route_dependencies
    return project.serves_requests(query.path, query.name)


def _answer_of_member(query: MemberQuery, project: Project) -> bool | None:
    """Answer a question about the member that the file ``query.path`` belongs to."""
    if isinstance(query, Locked):
        return project.manifests_of(query.path).locks_within(query.distribution, query.specifier)
    if isinstance(query, AtLeast):
        return project.manifests_of(query.path).runs_at_least(query.distribution, query.version)
    if isinstance(query, PythonAdmitted):
        return project.manifests_of(query.path).admits_python(query.version)
    if isinstance(query, Requires):
        return project.manifests_of(query.path).requires(query.distributions)
    if isinstance(query, Called):
        return project.calls(query.name, query.path)
    if isinstance(query, AnswersMisfits):
        return project.answers_misfits(query.path)
    if isinstance(query, RunsUnattended):
        return project.runs_unattended(query.name, query.path)
    if isinstance(query, StartsProgram):
        return query.name in project.manifests_of(query.path).programs
    if isinstance(query, TypesAssured):
        return project.assures_types(query.path)
    if isinstance(query, LogsStructured):
        return project.writes_structured(query.logger, query.path, query.name)
    return query.kind in project.kinds_of(query.path)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
