"""What the page's own components are told, read without a browser."""

import json


def told(app, name):
    """What the one component of this name is told."""
    (found,) = (
        each for each in app.get("bidi_component") if each.proto.component_name.endswith(name)
    )
    return json.loads(found.proto.json)


def answered(app, name, asked):
    """What the component is told when it asks for this."""
    app.session_state[name] = {"asked": asked}
    app.run()
    assert not app.exception
    return told(app, name)
