"""The page "Depth": what became of each signal, and the charts that show it."""
