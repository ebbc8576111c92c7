"""The modules of Python 2's library as a Python 2 file expects them: old names, old functions, old results.

Each is a view: what is not old comes from today's module, and what is set on the view is set on that module.
"""

from __future__ import annotations

import functools
import importlib
import types
from collections.abc import Callable
from typing import Any

# Modules that Python 3 has under another name.
GONE_MODULES: dict[str, str] = {
    "BaseHTTPServer": "http.server",
    "ConfigParser": "configparser",
    "Cookie": "http.cookies",
    "HTMLParser": "html.parser",
    "Queue": "queue",
    "SimpleHTTPServer": "http.server",
    "SocketServer": "socketserver",
    "StringIO": "io",
    "Tkinter": "tkinter",
    "UserDict": "collections",
    "__builtin__": "builtins",
    "anydbm": "dbm",
    "cPickle": "pickle",
    "cStringIO": "io",
    "commands": "subprocess",
    "cookielib": "http.cookiejar",
    "copy_reg": "copyreg",
    "htmlentitydefs": "html.entities",
    "httplib": "http.client",
    "thread": "_thread",
    "tkFileDialog": "tkinter.filedialog",
    "tkMessageBox": "tkinter.messagebox",
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
    "xmlrpclib": "xmlrpc.client",
}

# What modules that are still there have lost since Python 2.
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "itertools": ("ifilter", "ifilterfalse", "imap", "izip", "izip_longest"),
    "os": ("getcwdu",),
    "string": ("atof", "atoi", "join", "joinfields", "letters", "lowercase", "maketrans", "uppercase"),
    "sys": ("maxint", "setdefaultencoding"),
    "urllib": ("quote", "quote_plus", "unquote", "unquote_plus", "urlencode", "urlopen", "urlretrieve"),
}

# Modules that are still there, whose functions do something else or lack names.
CHANGED_MODULES = frozenset([*ATTRIBUTES, "csv", "math", "pickle", "random", "types"])


class View(types.ModuleType):
    """A module with Python 2's names over today's."""

    def __getattribute__(self, name: str) -> Any:
        fields = super().__getattribute__("__dict__")
        if name in ("__class__", "__dict__"):
            return super().__getattribute__(name)
        if name in fields["_old"]:
            return fields["_old"][name]
        return getattr(fields["_real"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__["_old"].pop(name, None)
        setattr(self.__dict__["_real"], name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.__dict__["_real"], name)

    def __dir__(self) -> list[str]:
        return sorted({*dir(self.__dict__["_real"]), *self.__dict__["_old"]})


def has(name: str) -> bool:
    """Whether `import name` in a Python 2 file needs a view."""
    return name in GONE_MODULES or name in CHANGED_MODULES


@functools.cache
def module(name: str) -> Any:
    """The view of a module. Raises ImportError as importing today's module does."""
    from tf1rnn.python2 import library

    real = importlib.import_module(GONE_MODULES.get(name, name))
    maker: Callable[[], dict[str, Any]] = getattr(library, f"names_of_{name}", dict)
    view: Any = View(name)
    types.ModuleType.__getattribute__(view, "__dict__").update(_real=real, _old=maker())
    return view
