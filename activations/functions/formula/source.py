"""A formula as Python: the source of a small torch module."""

from __future__ import annotations

import ast
import inspect
import keyword
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

from activations.functions.formula.grammar import Call, Name, Node, Number, X, varies, walk
from activations.functions.formula.operations import (
    COMPARISONS,
    OPERATIONS,
    PREFERRED,
    prefer,
    where,
)

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(1, 6)
_PRECEDENCE = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "neg": _SIGN, "**": _POWER}
_WIDEST = 80
"""Characters of an expression that stand on one line."""

_LEAST = {
    "+": (_SUM, _SUM),
    "-": (_SUM, _PRODUCT),
    "*": (_PRODUCT, _SIGN),
    "/": (_PRODUCT, _SIGN),
    "neg": (_SIGN,),
    "**": (_ATOM, _SIGN),
    "softplus": (_POWER,),
    "Phi": (_POWER,),
}
"""How tightly an argument must hold together to stand without brackets."""


def module(
    title: str,
    text: str,
    tree: Node,
    defaults: dict[str, float],
    learned: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the source of an nn.Module that computes a tree as `Formula.module` does.

    Or as `Formula.learning`, where some of the defaults are to be `learned`.
    """
    lines = [f"class {class_name(title)}(nn.Module):", f'    """{text}"""', ""]
    if defaults:
        arguments = ", ".join(f"{name}={_number(value)}" for name, value in defaults.items())
        lines += [f"    def __init__(self, {arguments}):", "        super().__init__()"]
        lines += [f"        {_kept(name, learned.get(name, ''))}" for name in defaults]
        lines.append("")
        for name in (name for name, how in learned.items() if how == "logarithm"):
            lines += ["    @property", f"    def {name}(self):"]
            lines += [f"        return self.log_{name}.exp()", ""]
    return "\n".join([*lines, "    def forward(self, x):", f"        return {_result(tree)}"])


def _kept(name: str, learned: str) -> str:
    """Return the statement that keeps a parameter as a tensor, or as a weight."""
    if learned == "logarithm":
        return f"self.log_{name} = nn.Parameter(torch.tensor(float({name})).log())"
    if learned:
        return f"self.{name} = nn.Parameter(torch.tensor(float({name})))"
    return f"self.{name} = torch.tensor(float({name}), dtype=torch.float64)"


def _result(tree: Node) -> str:
    if not varies(tree):
        return f"torch.zeros_like(x) + {_bracketed(tree, _PRODUCT)}"
    text = _written(tree)[0]
    if len(text) > _WIDEST and isinstance(tree, Call) and tree.operation == "where":
        condition, taken, other = (_written(each)[0] for each in tree.arguments)
        rows = (condition, "x", f"lambda x: {taken}", f"lambda x: {other}")
        return "where(\n" + "".join(f"            {row},\n" for row in rows) + "        )"
    return text


def helper(tree: Node) -> list[str]:
    """Return the source of the functions that a tree needs, `where` first, without their types."""
    used = {node.operation for node in walk(tree) if isinstance(node, Call)}
    chosen = bool(used & set(PREFERRED))
    needed: dict[Callable[..., object], bool] = {where: chosen or "where" in used, prefer: chosen}
    return [_untyped(function) for function, is_needed in needed.items() if is_needed]


def _untyped(function: Callable[..., object]) -> str:
    (parsed,) = ast.parse(inspect.getsource(function)).body
    assert isinstance(parsed, ast.FunctionDef)  # noqa: S101
    parsed.returns = None
    for argument in parsed.args.args:
        argument.annotation = None
    return ast.unparse(parsed)


def class_name(title: str) -> str:
    """Return a title as Python names a class: "ReLU squared" as "ReLUSquared", "f₁" as "F1"."""
    words = re.findall(r"[A-Za-z0-9]+", unicodedata.normalize("NFKC", title))
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() and not keyword.iskeyword(name) else f"F{name}"


def _bracketed(node: Node, least: int) -> str:
    text, precedence = _written(node)
    return text if precedence >= least else f"({text})"


def _written(node: Node) -> tuple[str, int]:
    """Return a node as Python, and how tightly it holds together."""
    match node:
        case Number(value):
            return _number(value), _ATOM if value >= 0 or math.isnan(value) else _SIGN
        case Name(name):
            return ("x" if node == X else f"self.{name}"), _ATOM
        case Call(operation, arguments):
            least = _LEAST.get(operation, (0,) * len(arguments))
            if operation in COMPARISONS:
                least = (_SUM, _SUM)
            if operation == "**" and all(isinstance(each, Number | Name) for each in arguments):
                return "{}**{}".format(*(_written(each)[0] for each in arguments)), _POWER
            texts = map(_bracketed, arguments, least)
            precedence = _SIGN if operation == "softplus" else _PRECEDENCE.get(operation, _ATOM)
            return OPERATIONS[operation].python.format(*texts), precedence


def _number(value: float) -> str:
    if not math.isfinite(value):
        return f'float("{value}")'
    return repr(value).removesuffix(".0")
