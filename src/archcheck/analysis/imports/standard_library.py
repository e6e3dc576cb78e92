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

#: Top-level modules that Python 2 had and no later one has.
PYTHON_2 = frozenset(
    {"BaseHTTPServer", "CGIHTTPServer", "ConfigParser", "Cookie", "HTMLParser", "Queue", "SimpleHTTPServer",
     "SocketServer", "StringIO", "Tkinter", "UserDict", "UserList", "UserString", "__builtin__", "anydbm", "cPickle",
     "cStringIO", "commands", "cookielib", "copy_reg", "dbhash", "dummy_thread", "exceptions", "htmlentitydefs",
     "httplib", "md5", "new", "robotparser", "sets", "sha", "thread", "tkFileDialog", "tkMessageBox", "urllib2",
     "urlparse", "xmlrpclib"}
)  # fmt: skip
