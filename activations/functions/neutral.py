"""The state of torch that everything here computes in, whatever its caller has set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import torch


@contextmanager
def neutral() -> Iterator[None]:
    """Let torch compute and differentiate on the CPU, whatever its caller has set.

    That is `no_grad`, `inference_mode`, autocast or a default device; the default dtype is the
    whole process's, so it is left alone, and everything here names its dtype.
    """
    with (
        torch.inference_mode(mode=False),
        torch.enable_grad(),
        torch.autocast("cpu", enabled=False),
        nullcontext() if torch.get_default_device().type == "cpu" else torch.device("cpu"),
    ):
        yield
