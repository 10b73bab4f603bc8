"""What holds for every lens, whatever it looks at; Streamlit does not run here."""

import math
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activations.dashboard.controls import OneOf, RangeSlider, Slider, SomeOf, StopSlider, Switch
from activations.dashboard.depth import page as depth
from activations.dashboard.explore import page as explore
from activations.dashboard.functions import Functions
from activations.dashboard.gates import page as gates
from activations.dashboard.own import Own
from activations.dashboard.precision import page as precision
from activations.dashboard.training import page as training
from activations.functions.catalog import CATALOG

LENSES = [explore.LENS, gates.LENS, depth.LENS, precision.LENS, training.LENS]
SMALL = {"depth": ["3"], "width": ["16"], "batch": ["64"], "samples": ["9"], "gates": [""]} | {
    "seeds": ["2"],
    "steps": ["5"],
    "repeats": ["2"],
}
CHOSEN = {"nothing": (), "one": ("tanh",), "many": tuple(CATALOG)}
SLIDERS = [
    pytest.param(control, id=f"{lens.name}-{key}")
    for lens in LENSES
    for key, control in lens.controls.read({"functions": tuple(CATALOG)}).table.items()
    if isinstance(control, (Slider, RangeSlider))
]

JUNK = st.none() | st.booleans() | st.text() | st.binary() | st.floats() | st.integers()
DELIVERED = st.one_of(
    JUNK,
    st.lists(JUNK, max_size=4),
    st.tuples(JUNK, JUNK),
    st.dictionaries(st.text(), JUNK, max_size=2),
)
FORMULAS = ("x**2", "x*sigmoid(b*x); b in [0, 2]", "steep = exp(a*x)", "where(x > 0, x, sin(w*x))")


def sensible(control):
    """Values that a control may have."""
    if isinstance(control, RangeSlider):
        ends = st.floats(control.low, control.high)
        return st.tuples(ends, ends).filter(lambda both: both[1] - both[0] >= control.step)
    if isinstance(control, Slider):
        if control.whole:
            return st.integers(int(control.low), int(control.high))
        return st.floats(control.low, control.high)
    if isinstance(control, Switch):
        return st.booleans()
    if isinstance(control, Functions):
        return st.lists(st.sampled_from(list(CATALOG)), unique=True).map(tuple)
    if isinstance(control, Own):
        return st.lists(st.sampled_from(FORMULAS), unique=True).map(tuple)
    words = st.sampled_from([option.value for option in control.options])
    if isinstance(control, SomeOf):
        return st.lists(words, unique=True).map(tuple)
    assert isinstance(control, OneOf)
    return words


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.name)
@pytest.mark.parametrize("functions", CHOSEN.values(), ids=CHOSEN)
def test_places_jobs_and_exhibits_agree(lens, functions):
    raw = {key: value for key, value in SMALL.items() if key in lens.controls.table}
    reading = lens.controls.read(raw | {"functions": functions})
    assert not reading.refusals
    jobs, places = lens.jobs(reading.settings), lens.places(reading.settings)
    assert bool(jobs) == bool(places) == bool(functions)
    assert len({job.key for job in jobs}) == len(jobs)
    keys = [place.key for place in places]
    assert len(set(keys)) == len(keys)
    if not functions:
        assert "No function is chosen" in lens.notice(reading.settings)
        return
    exhibits = lens.exhibits(reading.settings, [job.work(lambda _: None) for job in jobs])
    assert list(exhibits) == keys
    for place in places:
        exhibit = exhibits[place.key]
        assert place.heading or exhibit.heading or not exhibit.anchor
        assert bool(exhibit.files) == place.has_files
        assert exhibit.description


@pytest.mark.parametrize("summary", ["grid", "overlay"])
def test_two_functions_more_than_the_catalogue_has_break_nothing_of_explore(summary):
    settings = explore.LENS.controls.read(
        {"functions": tuple(CATALOG), "summary": summary, "samples": 9}
    ).settings
    relu, snake = CATALOG["relu"], CATALOG["snake"]
    new = (
        replace(relu, name="new", title="New").at(),
        replace(snake, name="newer", title="Newer").at(),
    )
    settings.__dict__["chosen"] = functions = (*settings.chosen, *new)  # as if they were entries
    results = [job.work(lambda _: None) for job in explore.LENS.jobs(settings)]
    exhibits = explore.LENS.exhibits(settings, results)
    assert list(exhibits) == [place.key for place in explore.LENS.places(settings)]
    assert list(exhibits) == [*(each.activation.name for each in functions), summary]
    for text in (exhibits[summary].drawing.to_json(), *(f.make() for f in exhibits[summary].files)):
        assert "newer" in text.casefold()


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.name)
def test_each_control_stands_in_one_group_at_most_and_has_its_own_key(lens):
    grouped = [control for group in lens.controls.groups for control in group.controls]
    assert len({control.key for control in grouped}) == len(grouped)
    for control in grouped:
        assert lens.controls.table[control.key] is control


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.name)
@given(data=st.data())
@settings(max_examples=50)
def test_every_link_is_read_back(lens, data):
    table = lens.controls.read({"functions": tuple(CATALOG)}).table
    values = data.draw(
        st.fixed_dictionaries({}, optional={k: sensible(c) for k, c in table.items()})
    )
    reading = lens.controls.read(values)
    assert not reading.refusals
    hold(lens, reading)


def hold(lens, reading):
    """Check that a link says all that was read, in plain words, formulas apart."""
    link = reading.link
    for key, words in link.items():
        for word in words:
            assert word.isascii()
            assert key == "own" or re.fullmatch(r"[\w.-]*", word)
    again = lens.controls.read(parse_qs(urlencode(link, doseq=True), keep_blank_values=True))
    assert not again.refusals
    assert again.values == reading.values
    assert again.link == link


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.name)
@given(data=st.data())
@settings(max_examples=50)
def test_whatever_is_delivered_becomes_settings(lens, data):
    table = lens.controls.read({"functions": tuple(CATALOG)}).table
    raw = data.draw(st.dictionaries(st.sampled_from(sorted(table)), DELIVERED))
    reading = lens.controls.read(raw)
    assert set(reading.refusals) <= set(raw)
    for key, words in reading.refusals.items():
        control = table[key]
        assert words.startswith(control.label)
        assert reading.values[key] == control.default or words.endswith("The rest is shown.")
    again = lens.controls.read(reading.values)
    assert not again.refusals
    assert again.values == reading.values
    hold(lens, reading)
    lens.places(reading.settings), lens.jobs(reading.settings), lens.notice(reading.settings)


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.name)
def test_a_story_says_all_that_its_page_computes(lens):
    for values in lens.stories.values():
        reading = lens.controls.read(values)
        assert not reading.refusals
        assert {key: reading.values[key] for key in values} == values


@pytest.mark.parametrize("control", SLIDERS)
def test_every_default_lies_on_its_slider(control):
    ends = control.default if isinstance(control, RangeSlider) else [control.default]
    for end in ends:
        if isinstance(control, StopSlider):
            assert end in control.stops
            continue
        for length in (end - control.low, control.high - control.low):
            steps = length / control.step
            assert math.isclose(steps, round(steps), abs_tol=1e-9)


@pytest.mark.parametrize("control", SLIDERS)
def test_a_default_that_steps_add_up_to_is_the_default(control):
    if isinstance(control, (RangeSlider, StopSlider)):
        return
    steps = round((control.default - control.low) / control.step)
    assert control.parse(control.low + steps * control.step) is control.default
