"""A formula in LaTeX, with its parameters' present values."""

from __future__ import annotations

from collections.abc import Mapping

from activations import notation
from activations.functions.formula.grammar import (
    CONSTANTS,
    Call,
    Name,
    Node,
    Number,
    X,
    folded,
    mapped,
    varies,
)
from activations.functions.formula.operations import ARITHMETIC, COMPARISONS, OPERATIONS

_SUM, _PRODUCT, _POWER, _ATOM = range(1, 5)
_PRECEDENCE = {
    "+": _SUM,
    "-": _SUM,
    "neg": _SUM,
    "expm1": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "**": _POWER,
    "exp": _POWER,
    "where": _PRODUCT,
}
_LEAST = {
    "+": (_SUM, _PRODUCT),
    "-": (_SUM, _PRODUCT),
    "neg": (_PRODUCT,),
    "*": (_PRODUCT, _PRODUCT),
    "**": (_ATOM, 0),
    "log1p": (_PRODUCT,),
}
_INVERSE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_LITERAL = 8
"""Digits of a number that stands in the formula itself; a parameter gets the page's four."""


def latex(tree: Node, values: Mapping[str, float]) -> str:
    """Write a tree for parameters of these values, and leave out what does nothing there."""

    def known(node: Node) -> Node:
        if isinstance(node, Name) and node != X:
            return Number(values[node.id], notation.latex(values[node.id]))
        return node

    return _written(mapped(mapped(tree, known), _simple))[0]


def _simple(node: Node) -> Node:
    """Leave out a factor 1, a term 0 and the like; bring minus signs to the front."""
    match node:
        case Call(operation, arguments) if operation in ARITHMETIC and _known(arguments):
            value = folded(node)
            assert isinstance(value, Number)  # noqa: S101
            return Number(value.value, notation.latex(value.value))
        case Call("where", (condition, taken, other)) if not varies(condition):
            holds = folded(condition)
            return taken if isinstance(holds, Number) and holds.value else other
        case Call("*", (Number(1.0), a)) | Call("*" | "/" | "**", (a, Number(1.0))):
            return a
        case Call("+", (Number(0.0), a)) | Call("+" | "-", (a, Number(0.0))):
            return a
        case Call("*", (Number(0.0), _)) | Call("*", (_, Number(0.0))):
            return Number(0.0)
        case Call("-", (Number(0.0), a)) | Call("*", (Number(-1.0), a)):
            return _simple(Call("neg", (a,)))
        case Call("neg", (Number() as a,)):
            return _negated(a)
        case Call("neg", (Call("neg", (a,)),)):
            return a
        case Call("*", (a, Number() as b)) if not isinstance(a, Number):
            return _simple(Call("*", (b, a)))
        case Call("*" | "/" as sign, (Number() as a, b)) if a.value < 0:
            return Call("neg", (_simple(Call(sign, (_negated(a), b))),))
        case Call("*" | "/" as sign, (Call("neg", (a,)), b)):
            return Call("neg", (_simple(Call(sign, (a, b))),))
        case Call("+", (a, Call("neg", (b,)))):
            return Call("-", (a, b))
        case Call("-", (a, Call("neg", (b,)))):
            return Call("+", (a, b))
        case Call("+" | "-" as sign, (a, Number() as b)) if b.value < 0:
            return Call("-" if sign == "+" else "+", (a, _negated(b)))
    return node


def _known(arguments: tuple[Node, ...]) -> bool:
    """Tell arithmetic on parameters' values, which is done, from that on literals, which stays."""
    texts = [each.text for each in arguments if isinstance(each, Number)]
    return len(texts) == len(arguments) and any(text and text not in CONSTANTS for text in texts)


def _negated(number: Number) -> Number:
    text = number.text
    return Number(-number.value, text.removeprefix("-") if text[:1] == "-" else text and f"-{text}")


def _written(node: Node, *, inline: bool = False) -> tuple[str, int]:
    """Return a node in LaTeX, and how tightly it holds together; `inline` stays on one line."""
    match node:
        case Name():
            return "x", _ATOM
        case Number(value, text):
            if text in ("pi", "-pi"):
                return text.replace("pi", r"\pi"), _ATOM if value > 0 else _SUM
            written = text or notation.latex(value, _LITERAL)
            return written, _SUM if value < 0 else _PRODUCT if r"\cdot" in written else _ATOM
        case Call("where"):
            return _cases(node), _PRODUCT
        case Call("/", (a, b)) if inline:
            return f"{_bracketed(a, _PRODUCT, inline)} / {_bracketed(b, _POWER, inline)}", _PRODUCT
        case Call("*", (a, b)):
            left, right = _bracketed(a, _PRODUCT, inline), _bracketed(b, _PRODUCT, inline)
            sign = r"\cdot" if right[0].isdigit() else r"\,"
            return f"{left} {sign} {right}", _PRODUCT
        case Call("**", (a, b)):
            return f"{_bracketed(a, _ATOM, inline)}^{{{_written(b, inline=True)[0]}}}", _POWER
        case Call("exp" | "expm1" | "softplus" as operation, (a,)):
            text = OPERATIONS[operation].latex.format(_written(a, inline=True)[0])
            return text, _PRECEDENCE.get(operation, _ATOM)
        case Call(operation, arguments):
            least = _LEAST.get(operation, (0,) * len(arguments))
            texts = [_bracketed(a, b, inline) for a, b in zip(arguments, least, strict=True)]
            text = _tall(operation, OPERATIONS[operation].latex.format(*texts))
            return text, _PRECEDENCE.get(operation, _ATOM)


def _bracketed(node: Node, least: int, inline: bool = False) -> str:
    text, precedence = _written(node, inline=inline)
    if precedence >= least:
        return text
    return rf"\left({text}\right)" if r"\frac" in text else f"({text})"


def _tall(operation: str, text: str) -> str:
    """Let a function's brackets grow with what is in them."""
    if r"\frac" not in text or operation in ("/", "+", "-", "*", "neg", *COMPARISONS):
        return text
    opening = text.find("(")
    if text.endswith(")") and opening >= 0 and r"\frac" not in text[:opening]:
        return rf"{text[:opening]}\left({text[opening + 1 : -1]}\right)"
    return text


def _cases(node: Node) -> str:
    """Write `where`, and those in its last place, as rows."""
    rows = []
    while isinstance(node, Call) and node.operation == "where":
        condition, taken, node = node.arguments
        rows.append((_written(taken)[0], _written(condition)[0]))
        last = condition
    if isinstance(last, Call):
        last = Call(_INVERSE[last.operation], last.arguments)
    rows.append((_written(node)[0], _written(last)[0]))
    lines = r" \\ ".join(f"{value} & {condition}" for value, condition in rows)
    return rf"\begin{{cases}} {lines} \end{{cases}}"
