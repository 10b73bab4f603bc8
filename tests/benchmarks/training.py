"""What lockstep training gains over plain torch.nn loops, and which depths can be trained."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import torch

from activations.depth.mean_field import critical_sigma_w
from activations.functions.catalog import function
from activations.training.experiment import Experiment
from activations.training.run import Run
from tests.training.plain import Training

FUNCTIONS = [function(name) for name in ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "silu")]
STEPS, PLAIN_STEPS, ROUNDS = 300, 60, 3
GAIN = 10

SIGMA_B = 0.05
SIGMA_WS = (0.8, 1.0, 1.2, 1.5, 2.0, 2.5)
DEPTHS = (10, 20, 40, 60)
RIDGE = Experiment(
    task="gaussians", width=64, sigma_b=SIGMA_B, optimiser="SGD", learning_rate=0.01, seeds=2
)


def network_steps() -> tuple[float, float]:
    """Network-steps a second in lockstep and in plain loops, the best of interleaved rounds."""
    experiment = Experiment()
    networks = len(FUNCTIONS) * experiment.seeds
    lockstep = Run(experiment, FUNCTIONS)
    plain = [
        Training(each, experiment, seed) for each in FUNCTIONS for seed in range(experiment.seeds)
    ]
    rates: list[list[float]] = [[], []]
    for _ in range(ROUNDS + 1):  # the first warms up
        started = time.perf_counter()
        lockstep.advance(STEPS)
        rates[0].append(networks * STEPS / (time.perf_counter() - started))
        started = time.perf_counter()
        for each in plain:
            each.advance(PLAIN_STEPS)
        rates[1].append(networks * PLAIN_STEPS / (time.perf_counter() - started))
    return max(rates[0][1:]), max(rates[1][1:])


def ridge() -> dict[float, list[float]]:
    """Median training accuracy of tanh by sigma_w and depth (Schoenholz et al. 2017)."""
    found = {}
    for sigma_w in SIGMA_WS:
        found[sigma_w] = []
        for depth in DEPTHS:
            run = Run(replace(RIDGE, weights=sigma_w, depth=depth), [function("tanh")])
            run.advance(400)
            found[sigma_w].append(float(np.median(run.snapshot().train_accuracy[-1])))
    return found


def ridge_stands(found: dict[float, list[float]], critical: float) -> bool:
    """Whether the deepest networks learn by the critical sigma_w as well as anywhere, and best.

    Far from it, on either side, the deepest do not, though the shallowest do everywhere.
    """
    deepest = {sigma_w: accuracies[-1] for sigma_w, accuracies in found.items()}
    by_it = deepest[min(found, key=lambda sigma_w: abs(sigma_w - critical))]
    return (
        by_it > max(deepest.values()) - 0.03
        and max(deepest[min(found)], deepest[max(found)]) < by_it - 0.1
        and min(accuracies[0] for accuracies in found.values()) > 0.95
    )


def main() -> None:
    """Print the rates, with one thread, and the accuracies."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    lockstep, plain = network_steps()
    gain = lockstep / plain
    print("\nTraining, 6 functions x 8 seeds of width 16, one thread, looks at the curves included")
    print(f"  network-steps/s: {lockstep:,.0f} in lockstep, {plain:,.0f} in plain torch.nn loops")
    print(f"  gain {gain:.1f}  (at least {GAIN}) {'ok' if gain >= GAIN else 'TOO LITTLE'}")
    critical = critical_sigma_w(function("tanh"), SIGMA_B)
    print(f"  tanh, sigma_b {SIGMA_B}: accuracy by depth; critical sigma_w {critical:.3f} (Depth)")
    print(f"  {'sigma_w':>9}" + "".join(f"{depth:>8}" for depth in DEPTHS))
    found = ridge()
    for sigma_w, accuracies in found.items():
        print(f"  {sigma_w:>9}" + "".join(f"{each:>8.0%}" for each in accuracies))
    verdict = "ok" if ridge_stands(found, critical) else "NOT THERE"
    print(f"  the ridge at the critical sigma_w: {verdict}")
    torch.set_num_threads(threads)


if __name__ == "__main__":
    main()
