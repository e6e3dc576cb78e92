"""Which calls ask a database or cache, and do they wait in the thread that makes them?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def _names(methods: Mapping[str, Iterable[str]]) -> frozenset[str]:
    return frozenset(f"{owner}.{name}" for owner, names in methods.items() for name in names)


#: What a session of SQLAlchemy asks the database. `add`, `delete` and `expunge` only take notes.
_SESSION = (
    "bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings", "commit", "execute", "flush", "get",
    "get_one", "merge", "refresh", "rollback", "scalar", "scalars",
)  # fmt: skip
#: What sends a query that was built step by step; `filter`, `join` and the like only build it.
_QUERY = ("all", "count", "delete", "first", "get", "one", "one_or_none", "scalar", "update")
_CONNECTION = ("commit", "execute", "exec_driver_sql", "rollback", "scalar", "scalars")
_CURSOR = ("callproc", "execute", "executemany", "fetchall", "fetchmany", "fetchone")
_COLLECTION = (
    "aggregate", "bulk_write", "count_documents", "create_index", "delete_many", "delete_one", "distinct", "find_one",
    "find_one_and_delete", "find_one_and_replace", "find_one_and_update", "insert_many", "insert_one", "replace_one",
    "update_many", "update_one",
)  # fmt: skip
_ASYNCPG = ("execute", "executemany", "fetch", "fetchrow", "fetchval")
#: Commands of Redis that applications send.
_REDIS = (
    "append", "blpop", "brpop", "decr", "delete", "eval", "evalsha", "exists", "expire", "flushall", "flushdb", "get",
    "getdel", "getset", "hdel", "hexists", "hget", "hgetall", "hincrby", "hkeys", "hlen", "hmget", "hmset", "hset",
    "hsetnx", "hvals", "incr", "incrby", "keys", "llen", "lpop", "lpush", "lrange", "lrem", "ltrim", "mget", "mset",
    "persist", "ping", "publish", "rpop", "rpush", "sadd", "scan", "scard", "set", "setex", "setnx", "sismember",
    "smembers", "srem", "ttl", "xadd", "xread", "xreadgroup", "zadd", "zrange", "zrem", "zscore",
)  # fmt: skip

_SYNCHRONOUS = {
    "pymongo.collection.Collection": _COLLECTION,
    "pymysql.cursors.Cursor": _CURSOR,
    "psycopg.Connection": ("commit", "execute", "rollback"),
    "psycopg.Cursor": _CURSOR,
    "psycopg2.connection": ("commit", "rollback"),
    "psycopg2.cursor": _CURSOR,
    "redis.Pipeline": ("execute",),
    "redis.Redis": _REDIS,
    "sqlalchemy.Connection": _CONNECTION,
    "sqlalchemy.Engine": ("begin", "connect", "execute", "raw_connection"),
    "sqlalchemy.orm.Query": _QUERY,
    "sqlalchemy.orm.Session": _SESSION,
    "sqlmodel.Session": (*_SESSION, "exec"),
}
_BRIEF = {"sqlite3.Connection": ("commit", "execute", "executemany"), "sqlite3.Cursor": _CURSOR}
_ASYNCHRONOUS = {
    "aiosqlite.Connection": ("commit", "execute", "executemany", "execute_fetchall"),
    "aiosqlite.Cursor": _CURSOR,
    "asyncpg.Connection": _ASYNCPG,
    "asyncpg.Pool": (*_ASYNCPG, "acquire"),
    "asyncpg.pool.Pool": (*_ASYNCPG, "acquire"),
    "databases.Database": ("execute", "execute_many", "fetch_all", "fetch_one", "fetch_val"),
    "motor.motor_asyncio.AsyncIOMotorCollection": _COLLECTION,
    "psycopg.AsyncConnection": ("commit", "execute", "rollback"),
    "psycopg.AsyncCursor": _CURSOR,
    "pymongo.asynchronous.collection.AsyncCollection": _COLLECTION,
    "redis.asyncio.Pipeline": ("execute",),
    "redis.asyncio.Redis": _REDIS,
    "sqlalchemy.ext.asyncio.AsyncConnection": (*_CONNECTION, "run_sync", "stream"),
    "sqlalchemy.ext.asyncio.AsyncEngine": ("begin", "connect"),
    "sqlalchemy.ext.asyncio.AsyncSession": (*_SESSION, "delete", "run_sync", "stream"),
    "sqlmodel.ext.asyncio.session.AsyncSession": (*_SESSION, "delete", "exec", "run_sync"),
}
SYNCHRONOUS = _names(_SYNCHRONOUS)
"""Calls that wait for the answer in the thread that makes them."""
BRIEF = _names(_BRIEF)
"""The same for a database in a local file, which answers fast more often than not."""
ASYNCHRONOUS = _names(_ASYNCHRONOUS)
"""Calls that give something to await."""
