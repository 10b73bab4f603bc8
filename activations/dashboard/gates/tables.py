"""What stands below the charts of the page "Gates": numbers, orders, costs, and what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st
import torch
from torch.nn import functional

from activations.dashboard import tables
from activations.gates.gating import matched_width, weights
from activations.gates.orders import ORDERS
from activations.gates.shares import naive, shifted, softmax
from activations.gates.signal import moments
from activations.gates.views import Seen
from activations.notation import plain

_NORMAL: Final = {
    "mean": "Mean of h for independent standard normal g and u",
    "std": "Standard deviation of h",
    "E[h²]": "Mean square of h",
    "kurtosis": "Of h; a normal number has 3, and more means a heavier tail",
    "kurtosis of f": "Of the function alone, f(g)",
    "gain": "1 / √E[h²]: of weights of mean 0, this factor keeps the variance of what the next "
    "layer adds up, as √2 does behind a ReLU",
    "dead": "Share of the plane on view, in percent, that lets no gradient through",
    "below 0.01": "Share where both partial derivatives are below 0.01, in percent",
}
SIGNAL: Final = """A product of two independent numbers has a heavier tail than either: about 0,
its kurtosis is the product of theirs. A few large outputs then decide what a low precision must
hold, which is why clamps exist."""
_LARGE: Final = {"x₁ = 10,000": 1e4, "x₂ = 9,999": 1e4 - 1, "x₃ = 0": 0.0}
_TO_TAKE_APART: Final = torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64)
_SAMPLE: Final = "x = [1, 2, 3, 4]"


def signal(seen: Sequence[Seen]) -> None:
    """Draw what the gates do to a normal signal, a row for each."""
    rows = []
    for each in seen:
        found = moments(each.gate)
        rows.append(
            (
                round(found.mean, 12),
                found.std,
                found.mean_square,
                found.kurtosis,
                found.function_kurtosis,
                found.gain,
                100 * each.dead,
                100 * each.quiet,
            )
        )
    columns = dict(zip(_NORMAL, map(list, zip(*rows, strict=True)), strict=True))
    tables.draw(
        "What each gate does to a normal signal",
        {"gate": [each.gate.title for each in seen]} | columns,
        {
            name: st.column_config.NumberColumn(help=meaning, format="%.4g")
            for name, meaning in _NORMAL.items()
        },
    )


def orders() -> None:
    """Draw which half of the inputs gates, with the line of PyTorch for each order."""
    for order in ORDERS:
        g, u = order.take_apart(_TO_TAKE_APART)
        outputs = functional.silu(g) * u
        found = ", ".join(plain(value) for value in outputs.tolist())
        st.markdown(f"**{order.name}**: {order.who}. SwiGLU of {_SAMPLE} is [{found}].")
        st.code(f"{order.split}\nh = functional.silu(g) * u", language="python")


def layer(d_model: int, d_ff: int) -> None:
    """Say how wide a gated layer may be that has as many weights as one without a gate."""
    width = matched_width(d_ff)
    plain_count = weights(d_model, d_ff, gated=False)
    same = weights(d_model, d_ff, gated=True)
    gated = weights(d_model, width, gated=True)
    st.markdown(
        f"Without a gate a layer has two matrices, {d_model:,} × {d_ff:,} and back: "
        f"**{plain_count:,}** weights. A gate needs a third one, which makes {same:,} at the same "
        f"width. At 2/3 of it, {2 * d_ff / 3:,.1f}, there are as many as before; rounded up "
        f"to a multiple of 256 that is **d_ff = {width:,}** with **{gated:,}** weights, "
        f"{plain(100 * gated / plain_count, 4)} % of those without a gate."
    )


def masking() -> None:
    """Say what becomes of logits that are all masked, as torch computes it."""
    nothing = [-torch.inf] * 3
    found = ", ".join(plain(value) for value in softmax(nothing).values.tolist())
    sink = ", ".join(plain(value) for value in softmax(nothing, "sink").values.tolist())
    st.markdown(
        "Attention masks a token by the logit −∞, whose share is exactly 0, and so is every "
        f"derivative by it. Of three logits that are all −∞, torch makes [{found}]: 0 / 0. People "
        "mask with the least finite number instead, which gives equal shares; or set such rows "
        f"to 0 afterwards; or have a sink, which gives [{sink}]."
    )


def overflow() -> None:
    """Show large logits in float32 with and without subtracting the largest, as torch computes."""
    large = list(_LARGE.values())
    rows = {
        "exp(x) / exp(x).sum()": naive(large),
        "the same of x − x.max()": shifted(large),
        "torch.softmax(x, dim=-1)": functional.softmax(torch.tensor(large), dim=-1).numpy(),
    }
    st.markdown(
        "In float32, eˣ overflows above 88.7. Subtracting the largest logit changes no share, and "
        "then no power is above 1."
    )
    columns = zip(*([plain(float(each)) for each in row] for row in rows.values()), strict=True)
    st.table({"in float32": list(rows)} | dict(zip(_LARGE, map(list, columns), strict=True)))
