"""`make mutants`: are the decisions tested? Each is made a little wrong, and a test must notice.

Of the tools there are, mutmut wants modules to be imported by the names of their files, which an
addon's are not, and cosmic-ray starts Odoo anew for each mutant. Here code and tests are loaded
once, and each mutant lives in a child of this process.
"""

import ast
import copy
import importlib
import io
import os
import signal
import sys
import unittest
from pathlib import Path

ADDON = "odoo.addons.connector_netsuite"
#: What decides without a database, and the tests that tell by themselves whether it decides well.
MODULES = ("writeback", "shippable", "payload")
TESTS = ("test_writeback_decisions", "test_shippable", "test_values_fuzz")
SECONDS = 30  # that the tests of a mutant may take: beyond it they have noticed
SWAPPED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


def changes(tree):
    """Each way to make one place of a module wrong: (place, what it says then)."""
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            if isinstance(node, ast.Compare | ast.BoolOp | ast.BinOp):
                yield from operators(node)
            elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
                yield node, node.operand
            elif isinstance(node, ast.Name) and node.id in NAMES:
                yield node, ast.Name(NAMES[node.id], node.ctx)
            elif isinstance(node, ast.IfExp):
                yield node, ast.IfExp(node.test, node.orelse, node.body)
            elif isinstance(node, ast.Continue):
                yield node, ast.Break()
            elif isinstance(node, ast.Return) and not says_nothing(node.value):
                yield node, ast.Return(ast.Constant(None))
            elif isinstance(node, ast.Constant):
                yield from constants(node, function)


def says_nothing(value):
    return value is None or (isinstance(value, ast.Constant) and not value.value)


def operators(node):
    held = node.ops[0] if isinstance(node, ast.Compare) else node.op
    if other := SWAPPED.get(type(held)):
        wrong = copy.copy(node)
        if isinstance(node, ast.Compare):
            wrong.ops = [other(), *node.ops[1:]]
        else:
            wrong.op = other()
        yield node, wrong


def constants(node, function):
    first = function.body[0]
    if isinstance(first, ast.Expr) and first.value is node:
        return  # what people read
    if isinstance(node.value, bool):
        yield node, ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield node, ast.Constant(node.value + 1)
    elif isinstance(node.value, str):
        yield node, ast.Constant(f"{node.value}x")


def mutants(source):
    """(line, before, after, code) of each mutant of a module."""
    tree = ast.parse(source)
    for number, (node, wrong) in enumerate(list(changes(tree))):
        changed = copy.deepcopy(tree)
        place, other = list(changes(changed))[number]
        changed = ast.fix_missing_locations(Replaced(place, other).visit(changed))
        yield node.lineno, ast.unparse(node), ast.unparse(wrong), changed


class Replaced(ast.NodeTransformer):
    def __init__(self, place, other):
        self._place, self._other = place, other

    def visit(self, node):
        if node is self._place:
            return ast.copy_location(self._other, node)
        return self.generic_visit(node)


def become(module, tree):
    """Give the functions of a loaded module, whoever holds them, the code of a mutant."""
    names = {"__name__": module.__name__, "__package__": module.__package__}
    exec(compile(tree, module.__file__, "exec"), names)  # noqa: S102 (our own code)
    for name, function in vars(module).items():
        other = getattr(names.get(name), "__wrapped__", names.get(name))
        if hasattr(function, "cache_clear"):
            function.cache_clear()
        function = getattr(function, "__wrapped__", function)
        if getattr(function, "__module__", "") == module.__name__ and hasattr(other, "__code__"):
            function.__code__ = other.__code__
            function.__defaults__ = other.__defaults__
            function.__kwdefaults__ = other.__kwdefaults__


def passes():
    """Do all the tests pass?"""
    suite = unittest.TestSuite(
        unittest.defaultTestLoader.loadTestsFromModule(
            importlib.import_module(f"{ADDON}.tests.{name}")
        )
        for name in TESTS
    )
    return unittest.TextTestRunner(io.StringIO(), failfast=True).run(suite).wasSuccessful()


def survives(module, tree):
    """Does no test notice the mutant?"""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    signal.alarm(SECONDS)
    status = 1
    try:
        become(module, tree)
        status = 0 if passes() else 1
    finally:
        os._exit(status)


def main():
    from odoo.tools import config

    config.parse_config(["--config", sys.argv[1], "--log-level", "critical"], setup_logging=True)
    os.environ["FUZZ_CASES"] = "150"
    if not passes():
        print("The tests fail without any mutant.")
        return 1
    total, alive = 0, []
    for name in MODULES:
        module = importlib.import_module(f"{ADDON}.netsuite.{name}")
        for line, before, after, tree in mutants(Path(module.__file__).read_text()):
            total += 1
            if survives(module, tree):
                alive.append(f"netsuite/{name}.py:{line}: {before}  ->  {after}")
                print(alive[-1], flush=True)
    killed = total - len(alive)
    print(f"{killed} of {total} mutants noticed: {100 * killed / total:.1f} %.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
