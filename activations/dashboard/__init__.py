"""The pages, and what they share."""

import torch


def use_one_thread() -> None:
    """Have torch use one thread in this run of a page.

    The depth experiment's operations are short: where other sessions use the cores, they lose more
    by waiting for a second thread than they gain. Torch keeps the setting by thread, Streamlit
    starts one for each run, and once any thread has it, one without loses 7 ms on its first tanh.
    """
    torch.set_num_threads(1)
