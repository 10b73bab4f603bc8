"""The page "Gates": functions of two inputs, and softmax, which has many."""
