"""ARC0605 config-precedence-inversion."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.topics.environment.process_contract import is_process_contract
from archcheck.analysis.topics.values.provenance import is_handed_in
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, ModuleRule, narrowed

#: Function -> the option by which what a file says replaces what the environment says.
_LOADERS = {
    "dotenv.load_dotenv": "override",
    "dotenv.main.load_dotenv": "override",
    "environ.Env.read_env": "overwrite",
    "environs.Env.read_env": "override",
}
_LOADER_NAMES = frozenset(name.rpartition(".")[2] for name in _LOADERS)
_LOADER_PACKAGES = frozenset(name.partition(".")[0] for name in _LOADERS)
#: What a library reads when it is imported, and what tunes an interpreter or a runtime: no configuration of the program.
_KNOBS = re.compile(
    r"(?:ABSL|AIOHTTP|ARROW|ATEN|AWS|BITSANDBYTES|BLIS|CHROMA|CRYPTOGRAPHY|CUBLAS|CUDA|DISABLE|DISPLAY|DO_NOT_TRACK|EVENTLET|FLASK"
    r"|GEVENT|GIT|GLOG|GRADIO|GRPC|HDF5|HF|HUGGINGFACE|JAX|JUPYTER|KERAS|KIVY|KMP|LANGCHAIN|LITELLM|MALLOC|MKL|MLFLOW|MPL"
    r"|MPLBACKEND|NCCL|NO_ALBUMENTATIONS|NUMBA|NUMEXPR|NUMPY|NVIDIA|OAUTHLIB|OBJC|OMP|ONNX|OPENBLAS|OPENCV|OPENCV_IO|ORT|POLARS"
    r"|PROJ|PROTOCOL_BUFFERS|PYDANTIC|PYDEVD|PYGAME|PYSPARK|PYTHON\w*|PYTORCH|QT|RAY|RUST|SDL|SETUPTOOLS|SPARK|STREAMLIT|TF|TF2|TOKENIZERS"
    r"|TORCH|TQDM|TRANSFORMERS|USE_TF|USE_TORCH|VECLIB|VLLM|WANDB|XLA|XFORMERS|ANONYMIZED_TELEMETRY)(?:_\w*)?"
)
#: Sources of a settings class of pydantic that read a file, by the parameter or class that stands for them.
_ENVIRONMENT = frozenset({"EnvSettingsSource", "env_settings"})
_FILES = re.compile(
    r"dotenv_settings|DotEnvSettingsSource|(?:Json|PyprojectToml|Toml|Yaml)ConfigSettingsSource"
)
_CUSTOMISE = frozenset({"customise_sources", "settings_customise_sources"})


class ConfigPrecedenceInversion(ModuleRule):
    """A file or the source overrides what the environment says.

    The order is: defaults, then files, then the environment, then the command line. Whoever deploys a program sets
    a variable and expects it to hold. Where a forgotten `.env` file or an assignment wins, the same variable means
    one thing in one process and nothing in another, and no log tells.

    Reported are `load_dotenv(override=True)` and its like, `os.environ["X"] = "..."` when a module is imported, a
    `settings_customise_sources` that puts files before the environment, and settings made with values that were
    read from a file. Not flagged: `os.environ.setdefault`; a file that the caller names, as with `--env-file`; what
    happens under a condition; variables that tune a library, a runtime or the process (`OMP_NUM_THREADS`,
    `TOKENIZERS_PARALLELISM`, `TZ`); tests and scripts.
    """

    code = "ARC0605"
    severity = Severity.WARNING
    preview = True
    noun = "sources of configuration let the environment win"
    message = "`{call}` lets a file override the environment"
    advice = "let the environment win: leave the override out, or use `os.environ.setdefault`"
    seed = "001, principle 6: defaults, config file, environment, command line, runtime"
    good = (
        Example(
            "The file fills in what the environment leaves open.",
            "import os\n\nfrom dotenv import load_dotenv\n\nload_dotenv()\nos.environ.setdefault('SHOP_REGION', 'north')\n",
        ),
        Example(
            "The environment comes before the files.",
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    region: str = 'north'\n\n"
            "    @classmethod\n    def settings_customise_sources(\n"
            "        cls, settings_cls, init_settings, env_settings, dotenv_settings, file_secret_settings\n"
            "    ):\n        return init_settings, env_settings, dotenv_settings\n",
        ),
    )
    bad = (
        Example(
            "A forgotten file wins over the deployment.",
            "from dotenv import load_dotenv\n\nload_dotenv(override=True)  # [config-precedence-inversion]\n",
        ),
        Example(
            "Importing the module changes what was deployed.",
            "import os\n\nos.environ['SHOP_REGION'] = 'north'  # [config-precedence-inversion]\n",
        ),
        Example(
            "The file comes first.",
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    region: str = 'north'\n\n"
            "    @classmethod\n    def settings_customise_sources(\n"
            "        cls, settings_cls, init_settings, env_settings, dotenv_settings, file_secret_settings\n    ):\n"
            "        return init_settings, dotenv_settings, env_settings  # [config-precedence-inversion]\n",
        ),
    )

    @narrowed(named=(*_LOADER_NAMES, "setdefault"))
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        """Judge what loads a file into the environment, and a default for a variable."""
        if simple_name(node.func) != "setdefault" and module.imports(*_LOADER_PACKAGES):
            yield from self._load(node, module)
        if simple_name(node.func) == "setdefault":
            name = _text(node.args[0]) if len(node.args) > 1 else ""
            if (
                _is_environment(node.func, module)
                and _is_configuration(name)
                and _at_import(node, module)
            ):
                yield self.complies(module.place(node))

    @narrowed(named=("_env_file",))
    def visit_keyword(self, node: ast.keyword, module: Module) -> Iterator[Outcome]:
        """Judge how settings are made from a file."""
        call = module.parent(node)
        if node.arg != "_env_file" or not isinstance(call, ast.Call):
            return
        if any(keyword.arg is None for keyword in call.keywords):
            yield self.violates(
                module.place(call),
                message="`{call}` is given values beside its file, which override the environment",
                call=dotted(call.func),
            )
        else:
            yield self.complies(module.place(call))

    def _load(self, call: ast.Call, module: Module) -> Iterator[Outcome]:
        names = module.names(call.func)
        options = {_LOADERS[name] for name in names if name in _LOADERS}
        if len(options) != 1 or any(name not in _LOADERS for name in names):
            return
        if any(is_handed_in(value, module) for value in _values(call)) or module.guarded(call):
            return
        given = [keyword.value for keyword in call.keywords if keyword.arg in options]
        if not given or _is(given[0], value=False):
            if all(keyword.arg for keyword in call.keywords):
                yield self.complies(module.place(call))
        elif _is(given[0], value=True):
            yield self.violates(module.place(call), call=dotted(call.func))

    @narrowed(imports=("os",))
    def visit_Assign(self, node: ast.Assign, module: Module) -> Iterator[Outcome]:
        """Judge a variable of the environment that is given a literal when the module is imported."""
        for target in node.targets:
            if not (isinstance(target, ast.Subscript) and _is_environment(target, module)):
                continue
            name = _text(target.slice)
            if not (_text(node.value) and _is_configuration(name)):
                continue
            if _at_import(node, module) and not _is_read_by_import(name, module):
                yield self.violates(
                    module.place(node, f"os.environ[{name}]="),
                    message="importing the module sets `{name}`, whatever the environment says",
                    name=name,
                )

    @narrowed(named=_CUSTOMISE)
    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Outcome]:
        """Judge the order in which a settings class of pydantic asks its sources."""
        if node.name not in _CUSTOMISE:
            return
        for result in module.own_nodes(node):
            if isinstance(result, ast.Return) and isinstance(result.value, ast.Tuple):
                verdict = self._order(result, node, module)
                if verdict is not None:
                    yield verdict

    def _order(self, result: ast.Return, function: AnyFunction, module: Module) -> Outcome | None:
        """The verdict on a tuple of sources; None where it names no environment."""
        elements = result.value.elts if isinstance(result.value, ast.Tuple) else []
        sources = [simple_name(getattr(each, "func", each)) for each in elements]
        environment = [index for index, name in enumerate(sources) if name in _ENVIRONMENT]
        files = [index for index, name in enumerate(sources) if _FILES.fullmatch(name)]
        if not environment:
            return None
        if files and files[0] < environment[0]:
            return self.violates(
                module.place(result),
                message="`{source}` stands before the environment, and overrides it",
                source=sources[files[0]],
            )
        return self.complies(module.place(result))


def _values(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _is_environment(node: ast.expr, module: Module) -> bool:
    """Whether ``node`` is ``os.environ[...]`` or a method of ``os.environ``."""
    owner = getattr(node, "value", None)
    return owner is not None and module.resolve(owner) == "os.environ"


def _is_configuration(name: str) -> bool:
    """Whether a variable configures the program, rather than a library, the runtime or the process."""
    return bool(name) and not is_process_contract(name) and not _KNOBS.fullmatch(name)


def _is_read_by_import(name: str, module: Module) -> bool:
    """Whether a variable is called after another party's package that the module imports, and which will read it."""
    first = name.partition("_")[0].lower()
    return module.imports(first) and not module.symbols.is_first_party(first)


def _at_import(node: ast.AST, module: Module) -> bool:
    """Whether a statement runs whenever the module is imported: in no function and under no condition."""
    return not any(
        isinstance(
            ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.If, ast.ExceptHandler)
        )
        for ancestor in module.ancestors(node)
    )


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is(node: ast.expr, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
