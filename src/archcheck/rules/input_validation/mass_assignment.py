"""ARC0404: a client chooses which fields of a record it sets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.hierarchy import ClassKind
from archcheck.analysis.names.values import dotted
from archcheck.analysis.queries import GivenByClients, IsA
from archcheck.analysis.topics.requests.handovers import FIELDS, arguments_behind
from archcheck.analysis.topics.requests.request_values import (
    REQUEST_WORDS,
    comes_from_request,
    is_whole_request,
)
from archcheck.model import Confidence, Kind, Outcome, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending

_WRITES = frozenset({"create", "get_or_create", "update", "update_or_create", "acreate", "aupdate"})
_SETTERS = frozenset({"setattr", "update"})
_ALL_FIELDS = frozenset({FIELDS})
_SERIALIZERS = frozenset({"rest_framework.serializers.ModelSerializer",
                          "rest_framework.serializers.HyperlinkedModelSerializer"})  # fmt: skip
_FORMS = frozenset({"django.forms.ModelForm", "django.forms.models.ModelForm"})
#: Serializers that only tell: nothing is assigned.
_TELLS = re.compile(r"Detail|Export|List|Output|Public|Read|Response|Retrieve|Summary|Webhook")
_ALL = "__all__"


class MassAssignment(ModuleRule):
    """All that a client sends becomes fields of a record.

    A form shows three fields, but a request can carry any: `is_admin`, `owner_id`, `balance`. Where the whole request
    is poured into a model, every column that is added later can be set from outside on the day it is added.

    Looked at are models made or updated with `**request...`, attributes set in a loop over a request or through
    `__dict__`, also in the first-party function that the whole request is handed to, and the `Meta` of serializers of
    Django REST framework; a form of Django with `fields = "__all__"` is advice. Not flagged: fields that are named one by one; loops that compare the name with those allowed; schemas
    such as pydantic's, which take what they declare; serializers that by their name only tell; classes of which
    nobody can say whether they are models.
    """

    code = "ARC0404"
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    noun = "records take named fields from requests"
    message = "the client chooses which fields of `{target}` it sets"
    advice = "name the fields that a client may set, or validate with a schema first"
    kinds = frozenset({Kind.SERVICE})
    waived_by = ("DJ006", "DJ007")
    seed = "Seed 001, principle 4: validate at boundaries: type, range, business rules, state"
    preview = True
    good = (
        Example(
            "The fields are named.",
            "from django.db import models\n\n\nclass Order(models.Model):\n"
            "    item = models.TextField()\n\n\n"
            'def create(request):\n    return Order.objects.create(item=request.POST["item"])\n',
        ),
        Example(
            "The serializer says what it takes.",
            "from rest_framework import serializers\n\nfrom app.models import Order\n\n\n"
            "class OrderSerializer(serializers.ModelSerializer):\n    class Meta:\n"
            '        model = Order\n        fields = ["item", "amount"]\n',
        ),
        Example(
            "Only the names that are allowed are set.",
            "from flask import request\n\n\ndef update(order):\n"
            "    for name, value in request.json.items():\n"
            '        if name in ("item", "amount"):\n            setattr(order, name, value)\n',
        ),
    )
    bad = (
        Example(
            "Whatever is in the body is in the record.",
            "from django.db import models\n\n\nclass Order(models.Model):\n"
            "    item = models.TextField()\n\n\n"
            "def create(request):\n"
            "    return Order.objects.create(**request.data)  # [mass-assignment]\n",
        ),
        Example(
            "Each field of the model is open, and each that is added later.",
            "from rest_framework import serializers\n\nfrom app.models import Order\n\n\n"
            "class OrderSerializer(serializers.ModelSerializer):\n    class Meta:\n"
            '        model = Order\n        fields = "__all__"  # [mass-assignment]\n',
        ),
        Example(
            "The view hands all of it over.",
            "from django.db import models\n\n\nclass Order(models.Model):\n    item = models.TextField()\n\n\n"
            "def create(fields):\n    return Order.objects.create(**fields)  # [mass-assignment]\n",
            path="src/app/models.py",
            files={
                "src/app/views.py": "from django.views import View\n\nfrom app.models import create\n\n\n"
                "class Orders(View):\n    def post(self, request):\n        return create(request.POST.dict())\n"
            },
        ),
        Example(
            "The client names the attributes.",
            "from flask import request\n\n\ndef update(order):\n"
            "    for name, value in request.get_json().items():\n"
            "        setattr(order, name, value)  # [mass-assignment]\n",
        ),
    )

    def visit_Module(self, node: ast.Module, module: Module) -> Iterator[Judgement]:
        """Judge the calls that make or change a record."""
        speaks_of_requests = any(word in module.text for word in REQUEST_WORDS)
        for call in module.calls.named(_SETTERS):
            func = call.func
            if module.resolve(func) == "setattr":
                yield from self._set(call, module)
            elif isinstance(func, ast.Attribute) and _is_dict(func.value) and call.args:
                verdict = self.violates(module.place(call), target=ast.unparse(func.value))
                yield from _if_sent(call.args[0], module, verdict)
        for call in module.nodes(ast.Call):
            if call.keywords and (speaks_of_requests or _pours(call)):
                yield from self._made(call, module)

    def visit_ClassDef(self, node: ast.ClassDef, module: Module) -> Iterator[Outcome]:
        bases = {name for base in node.bases for name in module.names(base)}
        if not bases & (_SERIALIZERS | _FORMS):
            return
        for fields in _fields_of_meta(node):
            chosen = _name(fields) == "exclude" or _text(fields.value) == _ALL
            if not chosen:
                yield self.complies(module.place(fields))
            elif not _TELLS.search(node.name):
                is_form = bool(bases & _FORMS)
                yield self.violates(module.place(fields), target=node.name, advice=is_form)

    def _made(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        """The verdict on a call that makes or updates a record."""
        model = _model(node, module)
        if not model:
            return
        is_model, place = IsA(model, ClassKind.ORM_MODEL), module.place(node)
        violates = self.violates(place, target=model.rpartition(".")[2])
        for keyword in node.keywords:
            if keyword.arg is None:
                found = list(_if_sent(keyword.value, module, Pending(is_model, violates, None)))
                if found:
                    yield from found
                    return
        if any(each.arg and comes_from_request(each.value, module) for each in node.keywords):
            yield Pending(is_model, self.complies(place), None)

    def _set(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        """The verdict on a ``setattr`` in a loop over a request."""
        if len(node.args) < 2 or not isinstance(node.args[1], ast.Name):
            return
        name = node.args[1].id
        compared = False
        for ancestor in module.ancestors(node):
            compared = compared or (isinstance(ancestor, ast.If) and _compares(ancestor.test, name))
            items = _items(ancestor, name) if isinstance(ancestor, ast.For) else None
            if isinstance(ancestor, ast.For) and items is not None:
                checked = compared or any(
                    isinstance(part, ast.If) and _compares(part.test, name)
                    for part in ancestor.body
                )
                place = module.place(node)
                target = ast.unparse(node.args[0])
                verdict = self.complies(place) if checked else self.violates(place, target=target)
                yield from _if_sent(items, module, verdict)
                return


def _if_sent(node: ast.expr, module: Module, verdict: Judgement) -> Iterator[Judgement]:
    """``verdict`` if ``node`` is all that a client sent, here or in the function that hands it to this one."""
    arguments = arguments_behind(node, module)
    if is_whole_request(node, module):
        yield verdict
    elif arguments:
        yield Pending(GivenByClients(arguments, _ALL_FIELDS), verdict, None)


def _model(node: ast.Call, module: Module) -> str:
    """The class whose record a call makes: ``Order(...)``, ``Order.objects.create(...)``."""
    func: ast.expr = node.func
    if isinstance(func, ast.Attribute) and func.attr in _WRITES:
        while isinstance(func, (ast.Attribute, ast.Call)):
            if isinstance(func, ast.Attribute) and func.attr == "objects":
                return module.resolve(func.value)
            func = func.value if isinstance(func, ast.Attribute) else func.func
        return ""
    name = module.resolve(func)
    return name if name.rpartition(".")[2][:1].isupper() else ""


def _items(loop: ast.For, name: str) -> ast.expr | None:
    """The mapping whose names and values a loop goes over, the names as ``name``."""
    key = loop.target.elts[:1] if isinstance(loop.target, ast.Tuple) else []
    items = loop.iter.func if isinstance(loop.iter, ast.Call) else None
    if isinstance(items, ast.Attribute) and items.attr == "items":
        return items.value if [dotted(part) for part in key] == [name] else None
    return None


def _compares(test: ast.expr, name: str) -> bool:
    """Whether a condition asks about the name of the attribute: ``in``, ``==``, or a function of it."""
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(test))


def _fields_of_meta(node: ast.ClassDef) -> Iterator[ast.Assign]:
    for meta in node.body:
        if isinstance(meta, ast.ClassDef) and meta.name == "Meta":
            for statement in meta.body:
                if isinstance(statement, ast.Assign) and _name(statement) in ("exclude", "fields"):
                    yield statement


def _name(statement: ast.Assign) -> str:
    target = statement.targets[0]
    return target.id if isinstance(target, ast.Name) else ""


def _text(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _pours(call: ast.Call) -> bool:
    return any(keyword.arg is None for keyword in call.keywords)


def _is_dict(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "__dict__"
