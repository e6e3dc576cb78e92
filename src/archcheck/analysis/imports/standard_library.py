"""What comes with Python itself."""

from __future__ import annotations

import sys

#: Top-level modules of every supported Python: what this one has, and what others have had or will have.
STANDARD_LIBRARY = sys.stdlib_module_names | {
    "aifc", "annotationlib", "asynchat", "asyncore", "audioop", "binhex", "cgi", "cgitb", "chunk", "compression",
    "crypt", "distutils", "formatter", "imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis",
    "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd", "sunau", "telnetlib", "tomllib", "uu",
    "xdrlib",
}  # fmt: skip
