"""Python 2 source, run as it was: told apart (`evidence`), turned into a syntax tree of Python 3 with its own line
numbers (`syntax`), its meaning kept (`meaning`, `operations`, `builtin_names`, `modules`), one program one language
(`program`).
"""
