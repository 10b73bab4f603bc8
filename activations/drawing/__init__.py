"""The whole figure: house style, panels, axes, curves; numbers in, Plotly's JSON out."""
