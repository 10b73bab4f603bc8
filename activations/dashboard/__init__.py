"""The pages: all that imports Streamlit, beside app.py."""

import torch

# The depth experiment's operations are short: where other sessions use the cores, they lose more
# by waiting for a second thread than they gain. The setting is the process's, so it is made once.
torch.set_num_threads(1)
