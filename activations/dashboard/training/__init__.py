"""The page "Training": runs that go on in workers, and the charts that follow them."""
