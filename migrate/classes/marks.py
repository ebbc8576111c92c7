"""Names of attributes while a program is analysed: self.cost is the name self·cost, model.cost is model·cost.

The middle dot is a letter to Python and nobody types it. A second dot tells apart locals of methods that were put into
the constructor: output·2 is another output.
"""

from __future__ import annotations

import re

from migrate.modules.marks import TIE, untagged

DOT = "·"
SELF = "self"
LOCAL = f"{TIE}local"  # after a local name of a constructor, as it is called outside before it has an attribute


def attribute(base: str, name: str) -> str:
    """The name that stands for base.name."""
    return f"{base}{DOT}{name}"


def is_attribute(name: str) -> bool:
    return DOT in name and not name.split(DOT)[1].isdigit()


def base_of(name: str) -> str:
    """What stands before the dot."""
    return name.split(DOT)[0]


def tail(name: str) -> str:
    """The attribute's own name; any other name as it is."""
    return name.split(DOT)[1] if is_attribute(name) else name


def another(name: str, number: int) -> str:
    """The name of a local that has the name of another one."""
    return f"{name}{DOT}{number}"


def plain(name: str) -> str:
    """A name as the program may show it, clashes aside."""
    return untagged(tail(name) if is_attribute(name) else name.split(DOT)[0])


def of_object(text: str, name: str) -> str:
    """Code of a class's own, as it reads where its object has another name."""
    return text.replace(attribute(SELF, ""), attribute(name, ""))


def seen_outside(text: str, name: str) -> str:
    """Code of a class's own as of_object, where it may begin with a local name of the constructor."""
    if text.startswith(attribute(SELF, "")):
        return of_object(text, name)
    return attribute(name, re.sub(rf"^[\w{DOT}]+", rf"\g<0>{LOCAL}", text))


def seen_inside(text: str, name: str) -> str:
    """The way back from seen_outside, anywhere in an expression."""
    local = re.sub(rf"\b{name}{DOT}([\w{DOT}]+){LOCAL}", r"\1", text)
    return re.sub(rf"\b{name}{DOT}", attribute(SELF, ""), local)
