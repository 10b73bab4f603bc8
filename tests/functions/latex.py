"""Evaluates the formulas on display, so that what is printed is what is computed.

Knows the LaTeX that the catalogue and formulas use and nothing else; anything unknown is an error.
"""

import math
import operator
import re

_TOKEN = re.compile(
    r"\\(?:begin|end)\{cases\}|\\operatorname\{[a-zA-Z]+\}|\\[a-zA-Z]+|\\\\|\d+(?:\.\d+)?|[a-z]"
    r"|[-+/^(){}|,<>=&]"
)
_COMPARE = {
    ">": operator.gt,
    "<": operator.lt,
    r"\le": operator.le,
    r"\ge": operator.ge,
    "=": operator.eq,
    r"\ne": operator.ne,
}


def _sigma(x):
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))


def _phi(x):
    return math.erfc(-x / math.sqrt(2)) / 2


_NAMED = {
    r"\max": max,
    r"\min": min,
    r"\log": math.log,
    r"\sigma": _sigma,
    r"\Phi": _phi,
    r"\operatorname{erf}": math.erf,
    r"\operatorname{erfc}": math.erfc,
    r"\operatorname{sign}": lambda x: (x > 0) - (x < 0),
    r"\operatorname{arsinh}": math.asinh,
    r"\operatorname{SiLU}": lambda x: x * _sigma(x),
    r"\operatorname{GELU}": lambda x: x * _phi(x),
    r"\operatorname{Mish}": lambda x: x * math.tanh(math.log1p(math.exp(x))),
    **{rf"\{name}": getattr(math, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{rf"\arc{name}": getattr(math, f"a{name}") for name in ("sin", "cos", "tan")},
}
_CONSTANTS = {"e": math.e, r"\pi": math.pi}


def value(formula, x):
    """Return what a formula says f(x) is."""
    return _Parser(formula, x).whole()


class _Parser:
    def __init__(self, text, x):
        text = re.sub(r"\\left|\\right|\\,", " ", text)
        self.tokens = _TOKEN.findall(text)
        if "".join(self.tokens) != text.replace(" ", ""):
            raise ValueError(f"cannot read {text}")
        self.x = x

    def whole(self):
        result = self.sum()
        if self.tokens:
            raise ValueError(f"left over: {self.tokens}")
        return result

    def peek(self):
        return self.tokens[0] if self.tokens else None

    def take(self, expected=None):
        token = self.tokens.pop(0)
        if expected not in (None, token):
            raise ValueError(f"{token} where {expected} was due")
        return token

    def sum(self):
        result = -self.product() if self.peek() == "-" and self.take() else self.product()
        while self.peek() in ("+", "-"):
            result = result + self.product() if self.take() == "+" else result - self.product()
        return result

    def product(self):
        result = self.power()
        ends = (None, "+", "-", ")", "}", "|", ",", "&", r"\\", r"\end{cases}", *_COMPARE)
        while self.peek() not in ends:
            if self.peek() == "/":
                self.take()
                result /= self.power()
            else:
                if self.peek() == r"\cdot":
                    self.take()
                result *= self.power()
        return result

    def power(self):
        base = self.atom()
        return base ** self.within("{", "}") if self.peek() == "^" and self.take() else base

    def within(self, opening, closing):
        self.take(opening)
        result = self.sum()
        self.take(closing)
        return result

    def atom(self):
        if self.peek() == "(":
            return self.within("(", ")")
        if self.peek() == "|":
            return abs(self.within("|", "|"))
        word = self.take()
        if word in _CONSTANTS:
            return _CONSTANTS[word]
        if word == "x":
            return self.x
        if word == r"\begin{cases}":
            return self.cases()
        if word == r"\frac":
            return self.within("{", "}") / self.within("{", "}")
        if word == r"\sqrt":
            return math.sqrt(self.within("{", "}"))
        if word in _NAMED:
            return _NAMED[word](*self.arguments())
        return float(word)

    def arguments(self):
        if self.peek() != "(":
            return [self.power()]
        self.take("(")
        found = [self.sum()]
        while self.peek() == ",":
            self.take()
            found.append(self.sum())
        self.take(")")
        return found

    def cases(self):
        """Return the first row whose condition holds; the others are not evaluated."""
        rows, depth = [[]], 1
        while depth:
            word = self.take()
            depth += {r"\begin{cases}": 1, r"\end{cases}": -1}.get(word, 0)
            if depth == 1 and word == r"\\":
                rows.append([])
            elif depth:
                rows[-1].append(word)
        for row in rows:
            split = len(row) - 1 - row[::-1].index("&")
            piece, condition = row[:split], row[split + 1 :]
            at = next(i for i, token in enumerate(condition) if token in _COMPARE)
            left, right = self.part(condition[:at]), self.part(condition[at + 1 :])
            if _COMPARE[condition[at]](left, right):
                return self.part(piece)
        raise ValueError(f"no case holds at {self.x}")

    def part(self, tokens):
        parser = _Parser("", self.x)
        parser.tokens = list(tokens)
        return parser.whole()
