"""The page "Explore": a card for each function, then all of them side by side."""
