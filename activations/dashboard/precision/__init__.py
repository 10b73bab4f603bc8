"""The page "Precision": what 16 and 8 bits do to a function, at every input."""
