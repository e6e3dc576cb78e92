"""Which calls begin work that an ``import`` must not begin? Kept as data.

Constructors that connect later (`sqlalchemy.create_engine`, `redis.Redis`, `httpx.Client`, `pymongo.MongoClient`) are
not among them: an import that only prepares is what modules are for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.syntax.typing_only import never_runs
from archcheck.analysis.topics.remote.blocking import BLOCKING

_WAITS_ONLY = frozenset(
    {
        "concurrent.futures.Future.exception",
        "concurrent.futures.Future.result",
        "time.sleep",
    }
)
#: Asks another machine, a database or another process; starts something; changes what all of the process shares.
_WORK = (BLOCKING - _WAITS_ONLY) | {
    "aiohttp.web.run_app",
    "anyio.run",
    "asyncio.AbstractEventLoop.run_forever",
    "asyncio.AbstractEventLoop.run_until_complete",
    "asyncio.run",
    "flask.Flask.run",
    "huggingface_hub.hf_hub_download",
    "huggingface_hub.snapshot_download",
    "kafka.KafkaConsumer",
    "kafka.KafkaProducer",
    "multiprocessing.Process.start",
    "nltk.download",
    "os.chdir",
    "os.execv",
    "os.execvp",
    "os.fork",
    "paramiko.SSHClient.connect",
    "pika.BlockingConnection",
    "redis.Redis.ping",
    "signal.signal",
    "sqlalchemy.Engine.begin",
    "sqlalchemy.Engine.connect",
    "sqlalchemy.MetaData.create_all",
    "sqlite3.connect",
    "subprocess.Popen",
    "threading.Thread.start",
    "threading.Timer.start",
    "trio.run",
    "uvicorn.run",
    "waitress.serve",
    "websocket.create_connection",
}
#: Their first argument is the host; without one they connect later.
_CONNECTS_TO = frozenset(
    {"ftplib.FTP", "ftplib.FTP_TLS", "imaplib.IMAP4", "imaplib.IMAP4_SSL", "smtplib.SMTP", "smtplib.SMTP_SSL"}
)  # fmt: skip
#: SQLAlchemy's way to make tables; what stands before it is mostly a base class or database of the project.
_MAKES_TABLES = (".metadata.create_all", "db.create_all")
#: The program decides on these, once; a library that does is in its way.
_FOR_THE_PROGRAM = frozenset(
    {"dotenv.load_dotenv", "logging.basicConfig", "logging.config.dictConfig", "logging.config.fileConfig"}
)  # fmt: skip
_MAKES_FOLDERS = frozenset({"os.makedirs", "os.mkdir", "pathlib.Path.mkdir"})

#: Kinds of work, see `work_of`.
WORK, FOR_THE_PROGRAM, MAKES_FOLDER = "work", "for the program", "makes a folder"
#: The last segments of all calls that are work: the cheap first question.
WORK_TAILS = frozenset(
    name.rpartition(".")[2] for name in (*_WORK, *_CONNECTS_TO, *_FOR_THE_PROGRAM, *_MAKES_TABLES)
)


def work_of(call: ast.Call, module: Module) -> str:
    """What kind of work ``call`` surely is: `WORK`, `FOR_THE_PROGRAM`, `MAKES_FOLDER`; ``""`` for none of them."""
    names = module.names(call.func)
    if not names:
        return WORK if dotted(call.func).endswith(_MAKES_TABLES) else ""
    kinds = {_kind(name, call) for name in names}
    return kinds.pop() if len(kinds) == 1 else ""


def _kind(name: str, call: ast.Call) -> str:
    if name == "sqlite3.connect" and _is_in_memory(call):
        return ""
    if name in _WORK or name.endswith(_MAKES_TABLES):
        return WORK
    if name in _CONNECTS_TO:
        named = any(keyword.arg == "host" for keyword in call.keywords)
        return WORK if call.args or named else ""
    if name in _FOR_THE_PROGRAM:
        return FOR_THE_PROGRAM
    return MAKES_FOLDER if name in _MAKES_FOLDERS else ""


def _is_in_memory(call: ast.Call) -> bool:
    """Whether a database is opened that nothing but the process itself holds."""
    databases = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "database")]
    return any(isinstance(each, ast.Constant) and each.value == ":memory:" for each in databases)


def calls_on_import(module: Module) -> Iterator[ast.Call]:
    """The calls that run when the module is imported, in source order."""
    for call in module.nodes(ast.Call):
        if module.function_of(call) is None and not _never_on_import(call, module):
            yield call


def _never_on_import(node: ast.AST, module: Module) -> bool:
    """Whether ``node`` stands where only a script or a type checker goes."""
    if module.in_main_guard(node):
        return True
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.If) and never_runs(child, ancestor, module.names):
            return True
        child = ancestor
    return False
