"""Which calls of libraries acquire something that must be given back?"""

from __future__ import annotations

FILES = frozenset(
    {"open", "io.open", "codecs.open", "os.fdopen", "pathlib.Path.open", "gzip.open", "gzip.GzipFile", "bz2.open",
     "bz2.BZ2File", "lzma.open", "lzma.LZMAFile", "tarfile.open", "zipfile.ZipFile", "shelve.open", "mmap.mmap",
     "tempfile.NamedTemporaryFile", "tempfile.TemporaryFile", "tempfile.SpooledTemporaryFile"}
)  # fmt: skip
CONNECTIONS = frozenset(
    {"sqlite3.connect", "socket.socket", "socket.create_connection", "urllib.request.urlopen", "smtplib.SMTP",
     "smtplib.SMTP_SSL", "ftplib.FTP", "ftplib.FTP_TLS"}
)  # fmt: skip
WORKER_POOLS = frozenset(
    {"concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor", "multiprocessing.Pool",
     "multiprocessing.pool.Pool", "multiprocessing.pool.ThreadPool"}
)  # fmt: skip
HTTP_CLIENTS = frozenset({"httpx.Client", "httpx.AsyncClient", "aiohttp.ClientSession"})
#: A session that is collected gives its sockets back; leaving it open is a lesser fault.
SESSIONS = frozenset({"requests.Session", "requests.session"})

_REDIS = ("from_url", "Redis", "Redis.from_url", "StrictRedis", "StrictRedis.from_url")
ENGINES = frozenset(
    {"sqlalchemy.create_engine", "sqlalchemy.engine_from_config", "sqlalchemy.ext.asyncio.create_async_engine",
     "sqlalchemy.ext.asyncio.async_engine_from_config", "sqlmodel.create_engine"}
)  # fmt: skip
#: Pools of connections to a database, and clients of one that keep such a pool.
DATABASE_POOLS = ENGINES | frozenset(
    {"aiomysql.create_pool", "asyncpg.create_pool", "elasticsearch.AsyncElasticsearch",
     "elasticsearch.Elasticsearch", "motor.motor_asyncio.AsyncIOMotorClient", "opensearchpy.AsyncOpenSearch",
     "opensearchpy.OpenSearch", "psycopg2.pool.SimpleConnectionPool", "psycopg2.pool.ThreadedConnectionPool",
     "psycopg_pool.AsyncConnectionPool", "psycopg_pool.ConnectionPool", "pymongo.AsyncMongoClient",
     "pymongo.MongoClient"}
) | frozenset(f"{home}.{name}" for home in ("redis", "redis.asyncio") for name in _REDIS)  # fmt: skip
#: Clients of one service over HTTP that keep a pool of connections.
SDK_CLIENTS = frozenset(
    {"anthropic.Anthropic", "anthropic.AsyncAnthropic", "boto3.client", "boto3.resource", "openai.AsyncAzureOpenAI",
     "openai.AsyncOpenAI", "openai.AzureOpenAI", "openai.OpenAI"}
)  # fmt: skip
#: Everything that pools connections and is meant to be shared.
POOLING_CLIENTS = HTTP_CLIENTS | DATABASE_POOLS | SDK_CLIENTS

#: Arguments that hand in what really holds the descriptors.
HANDED_IN = frozenset({"connection_pool", "connector", "fileobj", "http_client", "transport"})

#: Classes of which an application closes its one instance when it stops.
CLOSED_BY_HAND = HTTP_CLIENTS | frozenset(
    {"aiokafka.AIOKafkaConsumer", "aiokafka.AIOKafkaProducer", "apscheduler.schedulers.asyncio.AsyncIOScheduler",
     "apscheduler.schedulers.background.BackgroundScheduler", "asyncpg.Pool", "confluent_kafka.Producer",
     "elasticsearch.AsyncElasticsearch", "elasticsearch.Elasticsearch", "kafka.KafkaConsumer", "kafka.KafkaProducer",
     "motor.motor_asyncio.AsyncIOMotorClient", "opensearchpy.AsyncOpenSearch", "psycopg_pool.AsyncConnectionPool",
     "psycopg_pool.ConnectionPool", "pymongo.AsyncMongoClient", "pymongo.MongoClient", "redis.Redis",
     "redis.asyncio.Redis", "sqlalchemy.Engine", "sqlalchemy.ext.asyncio.AsyncEngine"}
)  # fmt: skip
