"""What does the name of an environment variable tell about its value?"""

from __future__ import annotations

import re

_TEXT = re.compile(
    r"(?:^|_)(?:ADDR|ADDRESS|ARGS|ARN|AUDIENCE|BUCKET|BUNDLE|CERT|COMMAND|CREDENTIALS|DIR|DOMAIN|DSN|EMAIL|ENDPOINT|FILE"
    r"|HOME|HOST|HOSTNAME|HOSTPORT|ID|ISSUER|KEY|LEVEL|LOCATION|NAME|NAMESPACE|PASSWORD|PATH|PORT|PREFIX|PROFILE|PROJECT"
    r"|REF|REGION|ROOT|SECRET|SHA|SOCKET|TENANT|TOKEN|URI|URL|USER|USERNAME|VERSION|WEBHOOK|ZONE)S?$",
    re.IGNORECASE,
)
#: A secret with a word behind it that says whose it is: ``BEARER_TOKEN_SHOP``.
_SECRET_OF = re.compile(
    r"(?:^|_)(?:ACCESS|API|AUTH|BEARER|BOT|CLIENT|REFRESH|SECRET)_(?:KEY|SECRET|TOKEN)_[A-Z0-9]+$",
    re.IGNORECASE,
)
#: Words of what is switched on or off, that of a secret too: ``API_KEY_REQUIRED``.
_SWITCH = re.compile(
    r"(?:^|_)(?:(?:ALLOW|CHECK|DISABLE|ENABLE|FORCE|IGNORE|LOG|NEED|PRINT|REQUIRE|SHOW|SKIP|SUPPORT|USE)[DS]?"
    r"|(?:EXPIR|ROTAT|VALIDAT|VERIF)[A-Z]+|AUTH|HAS|IS|LOGIN|NO|OFF|ON|ONLY)(?:_|$)",
    re.IGNORECASE,
)


def holds_text(variable: str) -> bool:
    """Whether a variable is called what those are called that hold an address, a name or a secret: no yes or no.

    >>> holds_text("SHOP_URL"), holds_text("BEARER_TOKEN_SHOP"), holds_text("API_KEY_REQUIRED")
    (True, True, False)
    """
    if _TEXT.search(variable):
        return True
    return bool(_SECRET_OF.search(variable)) and not _SWITCH.search(variable)
