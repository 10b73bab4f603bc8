"""What an activation is, and all that there are: declared, evaluated, measured."""
