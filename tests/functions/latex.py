"""Evaluates the formulas on display, so that what is printed is what is computed.

Knows the LaTeX that the catalogue uses and nothing else; anything unknown is an error.
"""

import math
import operator
import re

_TOKEN = re.compile(r"\\[a-zA-Z]+|\d+(?:\.\d+)?|[a-z]|[-+/^(){}|,<>]")
_COMPARE = {">": operator.gt, "<": operator.lt, r"\le": operator.le, r"\ge": operator.ge}
_NAMED = {r"\max": max, r"\min": min, r"\tanh": math.tanh, r"\log": math.log}
_CONSTANTS = {"e": math.e, r"\pi": math.pi}
_NAMED_IN_FULL = {"erf": math.erf}


def value(formula, x):
    """Return what a formula says f(x) is."""
    cases = re.search(r"\\begin\{cases\}(.*)\\end\{cases\}", formula)
    if not cases:
        return _Parser(formula, x).whole()
    outer = formula[: cases.start()].strip()
    factor = _Parser(outer, x).whole() if outer else 1.0
    for row in cases[1].split(r"\\"):
        piece, condition = row.split("&")
        left, sign, right = re.split(r"(>|<|\\le|\\ge)", condition)
        if _COMPARE[sign](_Parser(left, x).whole(), _Parser(right, x).whole()):
            return factor * _Parser(piece, x).whole()
    raise ValueError(f"no case of {formula} holds at {x}")


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
        while self.peek() not in (None, "+", "-", ")", "}", "|", ","):
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
        if word == r"\frac":
            return self.within("{", "}") / self.within("{", "}")
        if word == r"\sqrt":
            return math.sqrt(self.within("{", "}"))
        if word == r"\operatorname":
            self.take("{")
            name = ""
            while self.peek() != "}":
                name += self.take()
            self.take("}")
            return _NAMED_IN_FULL[name](self.power())
        if word in _NAMED:
            return _NAMED[word](*self.arguments())
        return float(word)

    def arguments(self):
        self.take("(")
        found = [self.sum()]
        while self.peek() == ",":
            self.take()
            found.append(self.sum())
        self.take(")")
        return found
