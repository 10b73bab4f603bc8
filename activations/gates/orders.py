"""Which half of the 2d inputs gates: what frameworks and models disagree on, in PyTorch's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch

TakeApart = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


def _halves(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    first, second = x.chunk(2, dim=-1)
    return first, second


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the halves, who has it, and the line of PyTorch that takes them apart.

    `split` makes g and u of a tensor x [.., 2d], and so does `take_apart`.
    """

    name: str
    who: str
    split: str
    take_apart: TakeApart


ORDERS: Final = (
    Order(
        "The second half gates",
        "torch.nn.functional.glu, jax.nn.glu, Keras, MLX",
        "u, g = x.chunk(2, dim=-1)",
        lambda x: _halves(x)[::-1],
    ),
    Order(
        "The first half gates",
        "Phi-3 and GLM in Hugging Face transformers, vLLM",
        "g, u = x.chunk(2, dim=-1)",
        _halves,
    ),
    Order(
        "Every other input gates",
        "GPT-OSS",
        "g, u = x[..., ::2], x[..., 1::2]",
        lambda x: (x[..., ::2], x[..., 1::2]),
    ),
)
"""The three orders that are met."""
