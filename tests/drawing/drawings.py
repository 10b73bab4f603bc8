"""What Plotly's own Python says of a drawing."""

import json
import re

from activations.drawing.style import ON_WHITE

CSS_CLASS = re.compile(r"-?[_a-zA-Z][\w-]*", re.ASCII)


def assert_plotly_agrees(drawing):
    """Plotly takes every attribute, and its JSON of the figure is ours, but for empty lists.

    It takes the narrower arrangements too, and each trace is known by a name of its own.
    """
    on_white = drawing.to_json().translate(str.maketrans(ON_WHITE))
    ours = json.loads(on_white)
    plotlys = json.loads(drawing.figure().to_json(remove_uids=False))
    ours["layout"] = {name: part for name, part in ours["layout"].items() if part != []}
    assert ours == plotlys
    assert list(drawing.narrower) == sorted(drawing.narrower)
    for arrangement in drawing.narrower.values():
        figure = drawing.figure().update_layout(arrangement)
        assert len(figure.layout.annotations) == len(drawing.layout.get("annotations", ()))
    names = [trace["uid"] for trace in drawing.traces]
    assert len(set(names)) == len(names)
    assert all(map(CSS_CLASS.fullmatch, names))
