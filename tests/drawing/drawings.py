"""What Plotly's own Python says of a drawing."""

import json


def assert_plotly_agrees(drawing):
    """Plotly takes every attribute, and its JSON of the figure is ours, but for empty lists."""
    ours, plotlys = json.loads(drawing.to_json()), json.loads(drawing.figure().to_json())
    ours["layout"] = {name: part for name, part in ours["layout"].items() if part != []}
    assert ours == plotlys
