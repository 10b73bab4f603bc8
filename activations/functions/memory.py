"""What training keeps of a function for the backward pass."""

from __future__ import annotations

import torch
from torch import nn

from activations.functions.neutral import neutral
from activations.functions.spec import Function

_SIDE = 64


@neutral()
def saved_per_input(function: Function) -> float:
    """Return how many float32 elements torch saves for each input of a function.

    Counted by torch.autograd.graph.saved_tensors_hooks in eager mode, for the function followed by
    a linear layer, which keeps the function's output. What both keep counts once, weights do not
    count, and a mask of bytes counts a quarter. A formula is counted as it is written.
    """
    module, linear = function.module().float(), nn.Linear(_SIDE, 1).float()
    weights = {each.untyped_storage().data_ptr() for each in (*module.parameters(), linear.weight)}
    saved: dict[int, int] = {}
    kept = []  # no storage is freed and used again while counting

    def save(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        kept.append(storage)
        saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    x = torch.linspace(-3, 3, _SIDE * _SIDE, dtype=torch.float32)
    x = x.reshape(_SIDE, _SIDE).requires_grad_()
    with torch.autograd.graph.saved_tensors_hooks(save, lambda tensor: tensor):
        linear(module(x))
    elements = sum(size for at, size in saved.items() if at not in weights) / 4
    return round(elements / x.numel(), 2)
