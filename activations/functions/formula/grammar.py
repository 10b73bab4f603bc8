"""From a text to our own tree; the only reader of what people type as a formula.

    [name =] expression {; parameter [= default] [in [low, high]]}

Python's parser reads the expression, behind caps on its length and depth; of what it finds only
numbers, names, arithmetic, comparisons and calls from the table become part of the tree. Nothing
is ever run by Python.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

import torch

from activations.functions.formula.operations import FUNCTIONS, OPERATIONS
from activations.functions.neutral import neutral

LONGEST = 200
"""Characters that a formula may have, with its name and its parameters' ranges."""

DEEPEST = 24
"""How deep the calls and brackets of a formula may lie in each other."""

MOST_PARAMETERS = 6

CONSTANTS = {"pi": math.pi, "e": math.e}

_RESERVED = {"self", "super", "torch", "nn", "nan", "inf", "training", *dir(torch.nn.Module)}
"""Names that mean something else in Python, as a formula is written there."""

_SHIELDED = {"min": "least", "max": "greatest", "relu": "rectified"}
_STEEP = {"exp", "expm1", "sinh", "cosh", "tan", "log", "log1p", "sqrt", "asin", "acos"}

_UNREADABLE = re.compile(r"[^A-Za-z0-9_ .,;=<>!+\-*/()\[\]]")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_DECLARATION = re.compile(
    rf"(?P<name>{_NAME.pattern}?)(?:=(?P<default>{_NUMBER}))?"
    rf"(?:in\[(?P<low>{_NUMBER}),(?P<high>{_NUMBER})\])?"
)
_PRODUCT = re.compile(r"(?<![\w.])(\d+\.?\d*)\s*(?:[A-DF-Za-df-z_(]|e(?![\d+-]))")
_DANGLING = re.compile(r"[-+*/<>=,]+\s*(?=$|\))")
_HINTS = {
    "^": "a power is written **",
    "²": "a square is written **2",
    "³": "a cube is written **3",
    "×": "times is written *",
    "·": "times is written *",
    "÷": "divided by is written /",
    "−": "minus is written -",
    "|": "a size is written abs(...)",
}


class FormulaError(ValueError):
    """Why a text is no formula, in one sentence; `at` is the place, counted from 1."""

    def __init__(self, message: str, at: int) -> None:
        """Keep the place beside the sentence."""
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Number:
    """A constant; `text` keeps the name of one that has a name."""

    value: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """The input x, or a parameter."""

    id: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operation of the table on its arguments; arithmetic is written by its sign."""

    operation: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Number | Name | Call

X = Name("x")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a text says of a parameter: its default and its range, where it does."""

    default: float | None = None
    range: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A text, read: its name if it has one, its tree, its parameters in order of appearance."""

    name: str
    tree: Node
    parameters: dict[str, Declaration]


def read(text: str) -> Written:
    """Read a formula; FormulaError, with the place, for whatever is none."""
    if not isinstance(text, str):
        raise FormulaError("a formula is a text", 1)
    if len(text) > LONGEST:
        raise FormulaError(f"a formula has at most {LONGEST} characters, not {len(text):,}", 1)
    if unreadable := _UNREADABLE.search(text):
        sign, at = unreadable[0], unreadable.start() + 1
        hint = _HINTS.get(sign, "a formula has plain letters, digits and + - * / ( ) , < > = alone")
        raise FormulaError(f"`{sign if sign.isprintable() else '?'}` at {at}: {hint}", at)
    expression, *declarations = text.split(";")
    name, start = _name(expression)
    tree = _expression(expression, start)
    found = dict.fromkeys(node.id for node in walk(tree) if isinstance(node, Name) and node != X)
    if len(found) > MOST_PARAMETERS:
        raise FormulaError(
            f"a formula has at most {MOST_PARAMETERS} parameters, not {len(found)}: "
            f"{', '.join(found)}",
            1,
        )
    parameters = {each: Declaration() for each in found}
    at = len(expression) + 2
    for declaration in declarations:
        if declaration.strip():
            place = at + len(declaration) - len(declaration.lstrip())
            parameter, said = _declared(declaration, place)
            if parameter not in parameters:
                message = f"`{parameter}` at {place} is no parameter of the formula"
                raise FormulaError(message, place)
            parameters[parameter] = said
        at += len(declaration) + 1
    return Written(name, tree, parameters)


def walk(tree: Node) -> Iterator[Node]:
    """Go through all nodes of a tree, from left to right."""
    yield tree
    if isinstance(tree, Call):
        for argument in tree.arguments:
            yield from walk(argument)


def mapped(tree: Node, change: Callable[[Node], Node]) -> Node:
    """Return a tree with a change made to each node, from the leaves up."""
    if isinstance(tree, Call):
        arguments = tuple(mapped(each, change) for each in tree.arguments)
        return change(Call(tree.operation, arguments))
    return change(tree)


def varies(tree: Node) -> bool:
    """Whether a tree depends on x."""
    return any(node == X for node in walk(tree))


@neutral()
def folded(tree: Node) -> Node:
    """Return a tree as torch computes it: constant parts done, in float64, and constants last."""
    return mapped(tree, _fold)


def _fold(node: Node) -> Node:
    match node:
        case Call("where", (Number(holds), taken, other)):
            return taken if holds else other
        case Call(operation, arguments) if not any(_rank(each) for each in arguments):
            constants = (each.value for each in arguments if isinstance(each, Number))
            values = (torch.tensor(value, dtype=torch.float64) for value in constants)
            return Number(float(OPERATIONS[operation].compute(*values)))
        case Call("min" | "max" as operation, (a, b)) if _rank(a) < _rank(b):
            return _fold(Call(operation, (b, a)))
        case Call("min" | "max" as operation, (a, b)) if _steep(a) or _steep(b):
            return Call(_SHIELDED[operation], (a, b))
        case Call("relu", (a,)) if _steep(a):
            return Call(_SHIELDED["relu"], (a, Number(0.0)))
        case Call("clip", (a, low, high)) if _steep(a) or not (
            varies(a) and isinstance(low, Number) and isinstance(high, Number)
        ):
            return _fold(Call("min", (_fold(Call("max", (a, low))), high)))
    return node


def _steep(tree: Node) -> bool:
    """Whether a tree's derivative may be infinite where its value is not, or both."""
    return any(
        isinstance(node, Call) and varies(node) and _has_steep_sign(node) for node in walk(tree)
    )


def _has_steep_sign(call: Call) -> bool:
    match call:
        case Call("/", (_, divisor)):
            return varies(divisor)
        case Call("**", (_, power)):
            return not (isinstance(power, Number) and power.value >= 1)
    return call.operation in _STEEP


def _rank(node: Node) -> int:
    """Order arguments for torch.clamp, whose first one must be a tensor."""
    return 2 if varies(node) else 0 if isinstance(node, Number) else 1


def _name(expression: str) -> tuple[str, int]:
    """Return the formula's own name, if it has one, and where its expression begins."""
    named = re.match(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)", expression)
    if not named:
        return "", len(expression) - len(expression.lstrip())
    name = named[1]
    if not _NAME.fullmatch(name) or name in FUNCTIONS or name in CONSTANTS or name == "x":
        raise FormulaError(f"`{name}` at {named.start(1) + 1} cannot be a formula's name", 1)
    rest = expression[named.end() :]
    return name, named.end() + len(rest) - len(rest.lstrip())


def _declared(text: str, at: int) -> tuple[str, Declaration]:
    """Read a parameter's default and range; spaces do not matter."""
    said = _DECLARATION.fullmatch(text.replace(" ", ""))
    if not said or said["default"] is said["low"] is None:
        raise FormulaError(f"`{text.strip()}` at {at}: write a parameter as `b in [0, 2]`", at)
    texts = (said[each] for each in ("default", "low", "high"))
    default, low, high = (None if each is None else float(each) for each in texts)
    if any(each is not None and not math.isfinite(each) for each in (default, low, high)):
        raise FormulaError(f"`{text.strip()}` at {at} has a number that is too large", at)
    if low is None or high is None:
        return said["name"], Declaration(default)
    if not low < high:
        raise FormulaError(f"`{text.strip()}` at {at}: the range must rise", at)
    if default is not None and not low <= default <= high:
        raise FormulaError(f"`{text.strip()}` at {at}: the default lies outside the range", at)
    return said["name"], Declaration(default, (low, high))


def _expression(text: str, start: int) -> Node:
    body = text[start:].rstrip()
    if not body:
        raise FormulaError("there is no formula yet", start + 1)
    _check_brackets(body, start)
    try:
        parsed = ast.parse(body, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if dangling := _DANGLING.search(body):
            at = start + dangling.start() + 1
            sign = dangling[0].strip()
            raise FormulaError(f"something is missing after `{sign}` at {at}", at) from None
        if product := _PRODUCT.search(body):
            at = start + product.end(1)
            raise FormulaError(f"a * is missing after `{product[1]}` at {at}", at) from None
        at = start + min(max(getattr(error, "offset", None) or 1, 1), len(body))
        raise FormulaError(f"this cannot be read at {at}", at) from None
    return _Reader(body, start).node(parsed, DEEPEST)


def _check_brackets(body: str, start: int) -> None:
    opened: list[int] = []
    for index, sign in enumerate(body, start + 1):
        if sign in "[]":
            raise FormulaError(f"`{sign}` at {index}: a formula has round brackets alone", index)
        if sign == "(":
            opened.append(index)
            if len(opened) > DEEPEST:
                raise FormulaError(f"`(` at {index} lies more than {DEEPEST} levels deep", index)
        elif sign == ")":
            if not opened:
                raise FormulaError(f"`)` at {index} closes nothing", index)
            opened.pop()
    if opened:
        raise FormulaError(f"`(` at {opened[-1]} is never closed", opened[-1])


_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class _Reader:
    """Makes our own tree of Python's, or says where it is no formula."""

    def __init__(self, body: str, start: int) -> None:
        self.body, self.start = body, start

    def node(self, node: ast.expr, depth: int) -> Node:
        if depth == 0:
            raise self.error(node, f"{{}} lies more than {DEEPEST} levels deep")
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self.number(node, float(value))
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.node(operand, depth - 1)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Call("neg", (self.node(operand, depth - 1),))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
                # a long sum leans to the left, and its length is capped already
                sides = (self.node(left, depth), self.node(right, depth - 1))
                return Call(_SIGNS[type(op)], sides)
            case ast.Compare():
                raise self.error(node, "{} belongs into where(..., this, that)")
            case ast.Call():
                return self.call(node, depth)
        raise self.error(node, "{} is no part of a formula")

    def number(self, node: ast.expr, value: float) -> Node:
        if math.isinf(value):
            raise self.error(node, "{} is too large a number")
        return Number(value)

    def name(self, node: ast.expr, name: str) -> Node:
        if name in CONSTANTS:
            return Number(CONSTANTS[name], name)
        if name in FUNCTIONS:
            raise self.error(node, f"{{}} is a function: write {name}(...)")
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise self.error(node, "{} cannot be a parameter's name")
        return Name(name)

    def call(self, node: ast.Call, depth: int) -> Node:
        if not isinstance(node.func, ast.Name):
            raise self.error(node.func, "a * is missing after {}")
        name = node.func.id
        if name == "x" or name in CONSTANTS:
            raise self.error(node.func, "a * is missing after {}")
        if name not in FUNCTIONS:
            near = _nearest(name)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(sorted(FUNCTIONS))}"
            raise self.error(node.func, f"unknown function {{}}; {hint}")
        if node.keywords:
            raise self.error(node.keywords[0].value, "the argument {} takes no name")
        operation, given = FUNCTIONS[name], len(node.args)
        if given != operation.arity and not (operation.associative and given > operation.arity):
            wanted = f"{operation.arity} argument{'s' * (operation.arity > 1)}"
            raise self.error(node.func, f"{{}} takes {wanted}, not {given}")
        if name == "where":
            condition, *others = node.args
            read = (self.condition(condition, depth - 1), *self.all(others, depth))
            return Call(name, read)
        first, *rest = self.all(node.args, depth)
        if not operation.associative:
            return Call(name, (first, *rest))
        for each in rest:
            first = Call(name, (first, each))
        return first

    def all(self, nodes: list[ast.expr], depth: int) -> list[Node]:
        return [self.node(each, depth - 1) for each in nodes]

    def condition(self, node: ast.expr, depth: int) -> Node:
        if depth and isinstance(node, ast.Compare) and len(node.ops) == 1:
            sign = _SIGNS.get(type(node.ops[0]))
            if sign:
                left, right = self.all([node.left, *node.comparators], depth)
                return Call(sign, (left, right))
        raise self.error(node, "{} is not one comparison, such as x > 0")

    def error(self, node: ast.expr, message: str) -> FormulaError:
        at = self.start + node.col_offset + 1
        shown = self.body[node.col_offset : node.end_col_offset]
        shown = shown if len(shown) <= 24 else f"{shown[:21]}..."
        text = message.replace("{}", f"`{shown}` at {at}", 1)
        return FormulaError(text, at)


def _nearest(name: str) -> str:
    """Return the function that a name was meant to be: letters that changed places come first."""
    name = name.lower()
    swapped = [each for each in FUNCTIONS if sorted(each.lower()) == sorted(name)]
    return next(iter(swapped or get_close_matches(name, FUNCTIONS, n=1)), "")
