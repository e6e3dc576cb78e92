"""ARC0501: what a broad handler does with what it caught."""

from __future__ import annotations

from textwrap import indent

import pytest

from archcheck.model import Outcome
from archcheck.rule import Example
from archcheck.rules.error_handling.swallowed_exception import SwallowedException
from archcheck.testing import outcomes

HEAD = "import contextlib, logging, sentry_sdk\nfrom contextlib import suppress\n\nlogger = logging.getLogger(__name__)\n"
Options = SwallowedException.Options


def judged(code: str, options: object = None, files: dict[str, str] | None = None) -> list[str]:
    """What the rule says of each broad handler of ``code``, in order."""
    chosen = Options.model_validate(options or {})
    found = outcomes(
        SwallowedException, Example("A case.", HEAD + code, files=files or {}), options=chosen
    )
    return [said(outcome) for outcome in found]


def said(outcome: Outcome) -> str:
    return "advice" if outcome.advice else outcome.verdict.value


def handler(body: str, catches: str = "Exception as error", attempt: str = "work()") -> str:
    return (
        f"def act(self, items):\n  for item in items:\n    try:\n{indent(attempt, ' ' * 6)}\n"
        f"    except {catches}:\n{indent(body, ' ' * 6)}\n"
    )


@pytest.mark.parametrize("body", ["pass", "...", "continue", "break", "'never mind'"])
@pytest.mark.parametrize("catches", ["", "Exception", "BaseException as e", "(OSError, Exception)"])
def test_doing_nothing_violates(body: str, catches: str) -> None:
    assert judged(handler(body, catches)) == ["violates"]


@pytest.mark.parametrize("catches", ["ValueError", "(OSError, KeyError)", "errors.Broad"])
def test_a_narrow_handler_is_no_opportunity(catches: str) -> None:
    assert judged(handler("pass", catches)) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("size = 0\ntry:\n  size = measure()\nexcept Exception:\n  pass\n", "advice"),
        ("try:\n  size = measure()\nexcept Exception:\n  pass\nsize = 0\n", "advice"),
        ("size = 0\nif size:\n  try:\n    if exists():\n      size += measure()\n  except Exception:\n    pass\n", "advice"),
        ("def f(size):\n  try:\n    size, unit = split(size)\n  except Exception:\n    pass\n  return size\n", "advice"),
        ("def f():\n  try:\n    return measure()\n  except Exception:\n    pass\n  return 0\n", "advice"),
        ("def f():\n  try:\n    return measure()\n  except Exception:\n    pass\n", "advice"),
        ("is_date = False\ntry:\n  parse(text)\n  is_date = True\nexcept Exception:\n  pass\n", "advice"),
        ("for item in items:\n  try:\n    keep(item)\n    continue\n  except Exception:\n    pass\n  drop(item)\n", "advice"),
        ("for path in paths:\n  try:\n    found = load(path)\n    break\n  except Exception:\n    continue\n", "advice"),
        ("def f(a):\n  try:\n    with open(a) as file:\n      for line in file:\n        if line:\n          return line\n  except Exception:\n    pass\n", "advice"),
        ("try:\n  def work():\n    send()\nexcept Exception:\n  pass\n", "advice"),
        ("size = 0\ntry:\n  size = measure()\n  save(size)\nexcept Exception:\n  pass\n", "violates"),
        ("def f():\n  try:\n    if cached():\n      return 1\n    save()\n  except Exception:\n    pass\n  return 0\n", "violates"),
        ("try:\n  if size:\n    save(size)\n  else:\n    size = 0\nexcept Exception:\n  pass\n", "violates"),
        ("try:\n  with lock:\n    for each in all():\n      each.save()\nexcept Exception:\n  pass\n", "violates"),
        ("try:\n  match size:\n    case 0:\n      save()\nexcept Exception:\n  pass\n", "violates"),
        ("size = {}\ntry:\n  size['x'] = measure()\nexcept Exception:\n  pass\n", "violates"),
        ("try:\n  row['tags'] = loads(row['tags'])\nexcept Exception:\n  pass\n", "advice"),
        ("try:\n  show(id)\nexcept Exception:\n  pass\nelse:\n  gone = False\n", "advice"),
        ("try:\n  show(id)\nexcept Exception:\n  pass\nelse:\n  save(id)\n", "violates"),
        ("try:\n  self.size: int = measure()\nexcept Exception:\n  pass\n", "violates"),
        ("try:\n  if measure() < 0:\n    raise ValueError\nexcept Exception:\n  pass\n", "violates"),
        ("try:\n  await task\nexcept Exception:\n  pass\n", "violates"),
    ],
)  # fmt: skip
def test_a_block_that_was_to_find_something_is_advice(code: str, expected: str) -> None:
    assert judged(code) == [expected]


@pytest.mark.parametrize("body", ["return None", "return []", "item = 0", "items.remove(item)"])
def test_a_silent_fallback_is_advice(body: str) -> None:
    assert judged(handler(body)) == ["advice"]


@pytest.mark.parametrize(
    "body",
    [
        "raise",
        "logger.debug('x')",
        "self.log.info('x')",
        "sentry_sdk.capture_exception()",
        "self.failed = True",
        "return error",
        "return str(error)",
        "exit(1)",
    ],
)
def test_handling_complies(body: str) -> None:
    assert judged(handler(body)) == ["complies"]


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("complain", "complies"),
        ("refuse", "complies"),
        ("indirect", "complies"),
        ("count", "advice"),
    ],
)
def test_a_helper_of_the_project_is_asked(name: str, verdict: str) -> None:
    helpers = (
        "import logging\n\nlogger = logging.getLogger(__name__)\n\n\n"
        "def complain():\n    logger.warning('x')\n\n\ndef refuse():\n    raise ValueError\n\n\n"
        "def indirect():\n    complain()\n\n\ndef count():\n    return 1\n"
    )
    code = f"from app.helpers import {name} as help\n" + handler("help()")
    assert judged(code, files={"src/app/helpers.py": helpers}) == [verdict]


def test_a_method_of_the_same_class_is_asked() -> None:
    code = (
        "class Job:\n    def act(self):\n        try:\n            work()\n        except Exception:\n"
        "            self.tell()\n\n    def tell(self):\n        logger.info('x')\n"
    )
    assert judged(code) == ["complies"]


def test_a_helper_that_nobody_can_see_is_no_opportunity() -> None:
    assert judged("import vendor\n" + handler("vendor.tell()")) == []
    assert judged(handler("self.peer.tell()")) == []


@pytest.mark.parametrize(
    "attempt",
    ["import orjson", "item.close()", "await_all()\nitem.cancel()"],
)
def test_places_where_silence_is_right(attempt: str) -> None:
    expected = ["violates"] if attempt.startswith("await_all") else []
    assert judged(handler("pass", attempt=attempt)) == expected


@pytest.mark.parametrize(
    "code",
    [
        "class Pool:\n    def close(self):\n        try:\n            self.flush()\n        except Exception:\n            pass\n",
        "def act():\n    try:\n        work()\n    finally:\n        try:\n            flush()\n        except Exception:\n            pass\n",
        "def act():\n    try:\n        work()\n    except ValueError:\n        logger.exception('x')\n        try:\n"
        "            flush()\n        except Exception:\n            pass\n",
    ],
)
def test_teardown_and_failures_already_told_are_no_opportunity(code: str) -> None:
    assert judged(code) == []


def test_inside_a_handler_that_tells_nothing_silence_stays_silence() -> None:
    code = (
        "def act():\n    try:\n        work()\n    except ValueError:\n        try:\n"
        "            flush()\n        except Exception:\n            pass\n"
    )
    assert judged(code) == ["violates"]


def test_a_raise_after_the_try_handles_it() -> None:
    code = "def act(text):\n    try:\n        return int(text)\n    except Exception:\n        pass\n    raise LookupError\n"
    assert judged(code) == ["complies"]


@pytest.mark.parametrize(
    ("code", "verdicts"),
    [
        ("with suppress(Exception):\n    work()\n", ["advice"]),
        ("with contextlib.suppress(BaseException):\n    work()\n", ["advice"]),
        ("with suppress(OSError, Exception):\n    work()\n", ["advice"]),
        ("with open(p) as f, suppress(Exception):\n    f.write(t)\n", ["advice"]),
        (
            "from contextlib import suppress as ignoring\nwith ignoring(Exception):\n    work()\n",
            ["advice"],
        ),
        ("with suppress(OSError):\n    work()\n", []),
        ("with suppress(Exception):\n    connection.close()\n", []),
        ("with suppress(Exception):\n    import orjson\n", []),
        ("def suppress(error): ...\nwith suppress(Exception):\n    work()\n", []),
        ("def f(suppress):\n    with suppress(Exception):\n        work()\n", []),
    ],
)
def test_suppress_is_advice(code: str, verdicts: list[str]) -> None:
    assert judged(code) == verdicts


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("logger.exception('x')", "violates"),
        ("logger.error('x: %s', error)", "violates"),
        ("print('x')", "violates"),
        ("logger.error('x')\nraise", "complies"),
        ("logger.error('x')\nself.last = error", "complies"),
        ("pass", "violates"),
        ("return None", "advice"),
    ],
)
def test_strict_wants_more_than_a_log(body: str, verdict: str) -> None:
    assert judged(handler(body), {"strict": True}) == [verdict]


def test_strict_wants_a_helper_to_raise() -> None:
    helpers = {
        "src/app/helpers.py": "def tell():\n    logger.info('x')\n\n\ndef refuse():\n    raise ValueError\n"
    }
    for name, verdict in (("tell", "advice"), ("refuse", "complies")):
        code = f"from app.helpers import {name}\n" + handler(f"{name}()")
        assert judged(code, {"strict": True}, helpers) == [verdict]


def test_handled_by_names_further_handlers() -> None:
    code = "import vendor.alerts\n" + handler("vendor.alerts.tell()\nreturn 0")
    assert judged(code) == []
    assert judged(code, {"handled-by": ["vendor.alerts.tell"]}) == ["complies"]
    assert judged(code, {"handled-by": ["tell"]}) == ["complies"]
    assert judged(code, {"handled-by": ["tell"], "strict": True}) == ["complies"]


def test_messages_name_what_was_caught() -> None:
    (found,) = outcomes(
        SwallowedException,
        Example("A case.", HEAD + "with suppress(OSError, Exception):\n    work()\n"),
    )
    assert found.message.startswith("`suppress(OSError, Exception)` swallows")
    (found,) = outcomes(SwallowedException, Example("A case.", handler("pass", "")))
    assert found.message.startswith("`except` swallows")


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        ("span.set_attribute('k', 1)\nspan.set_status(ERROR, str(item))", []),
        ("parts = split(item)\nif parts:\n  span.set_attribute('k', parts)", []),
        ("instruments.errors.add(1, attributes={'k': item})", []),
        ("for name in item:\n  seconds.labels(name).observe(1)", []),
        ("if span:\n  span.end(output=item)", []),
        ("logger.debug('at %s', item.progress)", []),
        ("share = getattr(item, 'share', None)\nlogger.debug('at %s', share)", []),
        ("if item.send():\n  logger.debug('sent')", ["violates"]),
        ("share = item.send()\nif not share:\n  logger.debug('at %s', share)", ["violates"]),
        ("from shop import metrics\nmetrics().record_success()", []),
        ("item.record_payment()", ["violates"]),
        ("import webbrowser\nwebbrowser.open(item)", []),
        ("print(item)", []),
        ("print(item.send())", ["violates"]),
        ("item.kill()\nitem.wait()", []),
        ("item.start()\nitem.wait()", ["violates"]),
        ("match.end(item)", ["violates"]),
        ("seen.add(item)", ["violates"]),
        ("span.set_attribute('k', 1)\nsend(item)", ["violates"]),
        ("parts = split(item)", ["advice"]),
    ],
)
def test_what_only_records_has_no_better_place_to_tell(attempt: str, expected: list[str]) -> None:
    assert judged(handler("pass", attempt=attempt)) == expected


POLL = "def ready(client):\n  for _ in {over}:\n    try:\n      {attempt}\n    except Exception:\n      pass\n    {pause}\n"


@pytest.mark.parametrize(
    ("over", "attempt", "pause", "expected"),
    [
        ("range(30)", "client.ping()\n      break", "time.sleep(1)", []),
        ("range(30)", "if client.ping():\n        return True", "time.sleep(1)", []),
        ("range(30)", "client.ping()", "time.sleep(1)", ["violates"]),
        ("range(30)", "client.ping()\n      break", "print('again')", ["advice"]),
        ("client.jobs()", "client.ping()\n      break", "time.sleep(1)", ["advice"]),
    ],
)
def test_asking_until_something_answers(
    over: str, attempt: str, pause: str, expected: list[str]
) -> None:
    assert (
        judged("import time\n" + POLL.format(over=over, attempt=attempt, pause=pause)) == expected
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("async def stop(task):\n  task.cancel()\n  with suppress(Exception):\n    await task\n", []),
        ("async def f(task):\n  task.cancel()\n  with suppress(Exception):\n    await task\n", []),
        ("async def f(task):\n  task.cancel()\n  try:\n    await task\n  except Exception:\n    pass\n", []),
        ("async def f(task):\n  with suppress(Exception):\n    await task\n", ["advice"]),
        ("async def f(tasks):\n  for t in tasks:\n    t.cancel()\n  for task in tasks:\n    with suppress(Exception):\n      await task\n", []),
        ("async def f(tasks):\n  n = sum(1 for t in tasks if t.cancel())\n  for task in tasks:\n    with suppress(Exception):\n      await task\n", []),
        ("async def f(tasks, jobs):\n  for t in jobs:\n    t.cancel()\n  for task in tasks:\n    with suppress(Exception):\n      await task\n", ["advice"]),
        ("import os\nasync def f(self):\n  try:\n    loop = self.get_event_loop()\n    await loop.run_in_thread(os.remove, self.path)\n  except Exception:\n    pass\n", []),
        ("async def f(task):\n  try:\n    await asyncio.wait_for(asyncio.shield(task), 5)\n  except Exception:\n    pass\n", []),
        ("async def f(event):\n  try:\n    await asyncio.wait_for(event.wait(), 5)\n  except Exception:\n    pass\n", []),
        ("async def f(order):\n  try:\n    await asyncio.wait_for(order.send(), 5)\n  except Exception:\n    pass\n", ["violates"]),
        ("async def f(writer):\n  with suppress(Exception):\n    await writer.wait_closed()\n", []),
        ("def f(cursor):\n  with suppress(Exception):\n    cursor.execute('ROLLBACK')\n", []),
        ("def f(cursor):\n  with suppress(Exception):\n    cursor.execute('delete what we could not close')\n", ["advice"]),
        ("def f(self):\n  try:\n    job = getattr(self, 'job', None)\n    self.pool.cancel(job)\n  except Exception:\n    pass\n", []),
        ("def f(self):\n  try:\n    job = self.ask()\n    self.pool.cancel(job)\n  except Exception:\n    pass\n", ["violates"]),
        ("import importlib\ndef f():\n  global dumps\n  with suppress(Exception):\n    dumps = getattr(importlib.import_module('orjson'), 'dumps')\n", []),
        ("def f():\n  try:\n    if found():\n      return 1\n  except Exception:\n    pass\n  show('none')\n  raise LookupError\n", ["complies"]),
        ("import time\ndef f(self):\n  while not self.expired:\n    try:\n      if self.ask():\n        break\n    except Exception:\n      pass\n    time.sleep(1)\n", []),
        ("import time\ndef f(self):\n  while not self.ended:\n    try:\n      if self.ask() is None:\n        break\n      self.work()\n    except Exception:\n      pass\n    time.sleep(1)\n", ["violates"]),
        ("async def f(task, job):\n  job.cancel()\n  with suppress(Exception):\n    await task\n", ["advice"]),
        ("class Add(logging.Filter):\n  def filter(self, record):\n    try:\n      record.user = user()\n    except Exception:\n      pass\n", []),
        ("class Add(Filter):\n  def filter(self, record):\n    try:\n      record.user = user()\n    except Exception:\n      pass\n", ["violates"]),
        ("async def clean_up_loop():\n  while True:\n    try:\n      await work()\n    except Exception:\n      pass\n", ["violates"]),
        ("def stop(queue):\n  while True:\n    try:\n      queue.get_nowait()\n    except Exception:\n      break\n", []),
        ("def f(self):\n  try:\n    self.log_progress(1)\n  except Exception:\n    pass\n", []),
        ("def f(self):\n  try:\n    self.log_in()\n  except Exception:\n    pass\n", ["violates"]),
        ("def f():\n  try:\n    if found():\n      return 1\n  except Exception:\n    pass\n  logger.error('none')\n", ["complies"]),
        ("def f():\n  for one in all():\n    try:\n      one()\n      return\n    except Exception:\n      continue\n  print('could not open')\n", ["complies"]),
        ("def f():\n  try:\n    one()\n    return\n  except Exception:\n    pass\n  print('going on')\n", ["advice"]),
        ("def f():\n  try:\n    one()\n  except Exception:\n    pass\n  print('could not open')\n", ["violates"]),
        ("import os\ndef f(pid):\n  try:\n    os.killpg(pid, 9)\n    return\n  except Exception:\n    pass\n  os.kill(pid, 9)\n", []),
        ("say = logger.error\ndef f():\n  try:\n    if found():\n      return 1\n  except Exception:\n    pass\n  say('none')\n", ["complies"]),
        ("def f():\n  try:\n    work()\n  except Exception:\n    pass\n  logger.error('done')\n", ["violates"]),
        ("def f():\n  try:\n    if found():\n      return True\n  except Exception:\n    pass\n  return False\n", ["advice"]),
        ("def f():\n  try:\n    a, b = split()\n  except Exception:\n    pass\n  else:\n    return a == b\n  return False\n", ["advice"]),
        ("def f(a):\n  size = a\n  try:\n    with open(a) as file:\n      n = int(file.read())\n      if n:\n        size = n\n  except Exception:\n    pass\n  return size\n", ["advice"]),
        ("def f(a):\n  try:\n    size = measure(a)\n  except Exception:\n    pass\n  if not size:\n    raise ValueError(a)\n", ["complies"]),
        ("def f(a):\n  try:\n    size = measure(a)\n  except Exception:\n    pass\n  if not a:\n    raise ValueError(a)\n", ["advice"]),
        ("def f():\n  try:\n    from a import A\n    from b import B\n    from c import C\n    return A, B, C\n  except Exception:\n    pass\n  return load()\n", []),
        ("def f():\n  try:\n    return read()\n  except Exception:\n    pass\n  try:\n    return ask()\n  except OSError:\n    return 0\n", ["advice"]),
    ],
)  # fmt: skip
def test_silence_where_nothing_is_lost_or_somebody_tells(code: str, expected: list[str]) -> None:
    assert judged(code) == expected


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        ("self.status_msg.delete()", []),
        ("bot.delete_message(chat, number)", []),
        ("order.delete()", ["violates"]),
        ("items._reported = True", []),
        ("setattr(items, '_reported', True)", []),
        ("self._reported = True", ["violates"]),
        ("items._reported = work()", ["violates"]),
    ],
)
def test_what_is_taken_off_a_screen_or_only_marked(attempt: str, expected: list[str]) -> None:
    assert judged(handler("pass", attempt=attempt)) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("sys.stdout.reconfigure(encoding='utf-8')", []),
        ("for stream in (sys.stdout, sys.stderr):\n    stream.reconfigure(errors='replace')", []),
        ("locale.setlocale(locale.LC_ALL, '')", []),
        ("sys.stdout = codecs.getwriter('utf-8')(sys.stdout.buffer)", []),
        ("import ctypes\nkernel = ctypes.windll.kernel32\nkernel.SetConsoleMode(kernel.GetStdHandle(-11), 7)", []),
        ("sys.stdout.reconfigure(encoding='utf-8')\nmailer.send(order)", ["violates"]),
        ("self.stream = open_it(sys.stdout)", ["violates"]),
        ("setlocale(order)", ["violates"]),
    ],
)  # fmt: skip
def test_what_only_sets_the_terminal_or_the_locale_up(code: str, expected: list[str]) -> None:
    body = "".join(f"    {line}\n" for line in code.splitlines())
    source = f"import codecs, locale, sys\ntry:\n{body}except Exception:\n    pass\n"
    assert judged(source) == expected
