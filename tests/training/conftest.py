"""One thread, as on the server: where cores are shared, short operations only wait for a second."""

import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    torch.set_num_threads(1)
