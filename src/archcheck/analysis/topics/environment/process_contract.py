"""Environment variables that are no configuration of the program.

Operating systems, shells, schedulers, build servers and test runners set them by a convention that is older than the
program, which reads them where it needs them. Sources: POSIX, the XDG and systemd specifications, no-color.org, and
the documentation of the platforms named below.
"""

from __future__ import annotations

import re

_NAMES = frozenset(
    {
        # the user's session
        "BROWSER", "COLUMNS", "DISPLAY", "EDITOR", "HOME", "HOSTNAME", "LANG", "LANGUAGE", "LESS", "LINES", "LOGNAME",
        "MAIL", "MANPAGER", "MORE", "OLDPWD", "PAGER", "PATH", "PWD", "SHELL", "SHLVL", "TEMP", "TERM", "TMP", "TMPDIR", "TZ", "USER",
        "VISUAL", "WAYLAND_DISPLAY",
        # Windows
        "ALLUSERSPROFILE", "APPDATA", "COMPUTERNAME", "COMSPEC", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "PATHEXT",
        "PROGRAMDATA", "PROGRAMFILES", "SYSTEMDRIVE", "SYSTEMROOT", "USERDOMAIN", "USERNAME", "USERPROFILE", "WINDIR",
        # terminals
        "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "FORCE_COLOR", "NO_COLOR", "TERM_PROGRAM", "WT_SESSION",
        # the dynamic linker, certificates, the interpreter
        "CURL_CA_BUNDLE", "LD_LIBRARY_PATH", "LD_PRELOAD", "REQUESTS_CA_BUNDLE", "SSLKEYLOGFILE", "SSL_CERT_DIR",
        "SSL_CERT_FILE", "VIRTUAL_ENV",
        # supervisors and platforms
        "CREDENTIALS_DIRECTORY", "DATABRICKS_RUNTIME_VERSION", "DYNO", "INVOCATION_ID", "JOURNAL_STREAM", "K_SERVICE", "LISTEN_FDS", "LISTEN_PID",
        "NOTIFY_SOCKET", "WATCHDOG_USEC", "container",
        # web servers, to what they start by CGI (RFC 3875)
        "GATEWAY_INTERFACE", "REQUEST_METHOD", "SERVER_GATEWAY_INTERFACE", "SERVER_SOFTWARE",
        # tools of the host
        "DOCKER_CONFIG", "DOCKER_HOST", "KUBECONFIG", "PYCHARM_HOSTED",
        # parallel runs
        "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT", "RANK", "WORLD_SIZE",
        # build servers and test runners
        "APPVEYOR", "BUILD_NUMBER", "CI", "JENKINS_URL", "TEAMCITY_VERSION", "TF_BUILD",
        # frameworks, to their own processes
        "DJANGO_ALLOW_ASYNC_UNSAFE", "DJANGO_SETTINGS_MODULE", "FLASK_RUN_FROM_CLI", "FORKED_BY_MULTIPROCESSING",
        "RUN_MAIN", "TOKENIZERS_PARALLELISM",
    }
)  # fmt: skip
_FAMILIES = re.compile(
    r"AWS_LAMBDA_|BITBUCKET_|BUILDKITE|CIRCLE|CI_|CONDA_|DYLD_|FUNCTIONS_|GAE_|GITHUB_|GITLAB_|GRPC_|ITERM_|KAGGLE_"
    r"|KUBERNETES_|LC_|MKL_|OMP_|OTEL_|PROMETHEUS_MULTIPROC_DIR|PYENV_|PYSPARK_|PYTEST_|PYTHON|SLURM_|SPARK_|SSH_|SUDO_|TEST_|TF_CPP_"
    r"|TRAVIS(?:_|$)|UWSGI_|WERKZEUG_|XDG_",
    re.IGNORECASE,
)
#: Shells ask click and argcomplete for completions by such variables.
_COMPLETIONS = re.compile(r"_ARGCOMPLETE|_\w+_COMPLETE")
_ENDINGS = re.compile(r"(?:_PROXY|_PYTHONPATH|(?:^|_)TEST(?:ENV|ING|S|_\w+)?)$", re.IGNORECASE)


def is_process_contract(name: str) -> bool:
    """Whether a variable belongs to the process's surroundings rather than to the program's configuration.

    >>> is_process_contract("HTTPS_PROXY"), is_process_contract("SHOP_DATABASE_URL")
    (True, False)
    """
    return (
        name in _NAMES
        or name.upper() in _NAMES  # Windows knows no lower case
        or _FAMILIES.match(name) is not None
        or _ENDINGS.search(name) is not None
        or _COMPLETIONS.fullmatch(name) is not None
    )
