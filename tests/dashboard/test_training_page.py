"""The page "Training" without a browser: Streamlit's own AppTest runs the script."""

import gc
import io
import weakref
from functools import partial

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from activations.dashboard.jobs import TURNS
from activations.dashboard.session import Visit
from activations.dashboard.training import course as running
from activations.dashboard.training import files, page
from activations.dashboard.training.pool import Pool
from activations.dashboard.training.settings import CONTROLS
from activations.functions.catalog import CATALOG, function
from activations.functions.formula import formula
from activations.training.experiment import Experiment
from activations.training.presets import PRESETS
from activations.training.run import Run
from tests.browser.driver import PATIENCE, wait_until

SMALL = {"depth": "1", "width": "4", "seeds": "2", "steps": "40", "task": "xor"}


def _script():
    from activations.dashboard.training import page

    page.LENS.show()


def here():
    return True


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setattr(page, "_presence", lambda: here)
    app = AppTest.from_function(_script, default_timeout=PATIENCE)
    app.query_params.update(SMALL)
    yield app
    for course in courses(app):
        course.close()


def courses(app):
    return list(app.session_state["visit"].courses.values())


def ended(app):
    """Run until the course is at its end."""
    app.run()
    wait_until(lambda: not courses(app)[0].moves)
    return app.run()


def words(app):
    return [each.value for each in (*app.markdown, *app.caption)]


def charts(app):
    found = app.get("bidi_component")
    return [each for each in found if each.proto.component_name.endswith("place")]


def button(app, label):
    return next(each for each in app.button if each.label == label)


def test_the_page_trains_by_itself_to_the_end(app):
    ended(app)
    assert not app.exception
    assert len(charts(app)) == 7
    ((plan, course),) = app.session_state["visit"].courses.items()
    assert course.latest.step == 40
    assert plan == (course.latest.experiment, course.latest.functions)  # by which files find it
    assert any("cannot be told apart with 2 seeds" in each for each in words(app))
    assert app.dataframe[0].value["function"].tolist() == ["Sigmoid", "Tanh", "ReLU", "Leaky ReLU"]
    assert button(app, "Start").disabled


def test_a_regression_has_no_accuracy(app):
    app.query_params["task"] = "chirp"
    ended(app)
    assert not app.exception
    assert len(charts(app)) == 6


def test_pause_step_start_and_start_over(app):
    app.query_params["steps"] = "20000"
    app.query_params["speed"] = "slow"
    app.run()
    button(app, "Pause").click().run()
    (course,) = courses(app)
    wait_until(lambda: not course.moves)
    at = course.latest.step
    assert at < 20_000
    button(app, "Step").click().run()
    wait_until(lambda: course.latest.step == at + 1)
    app.run()
    button(app, "Start over").click().run()
    assert course.latest.step == 0
    button(app, "Start").click().run()
    wait_until(lambda: course.standing.step > 0)
    assert button(app, "Pause")
    assert not app.exception


def test_a_changed_control_starts_anew_and_what_is_shown_does_not(app):
    ended(app)
    (before,) = courses(app)
    app.session_state["training-lines"] = ["every-seed"]
    app.session_state["training-shown"] = 2
    app.run()
    assert courses(app) == [before]
    app.session_state["training-width"] = 5
    app.run()
    (after,) = courses(app)
    assert after is not before
    assert after.latest.experiment.width == 5
    wait_until(lambda: after.latest.step == 40)


def test_a_run_that_another_reader_took_up_meanwhile_is_theirs(app):
    ended(app)
    (before,) = courses(app)
    before.belongs = lambda: True  # of another session's reader
    ended(app)
    (after,) = courses(app)
    assert after is not before
    assert after.latest.step == 40
    app.run()
    assert courses(app) == [after]


def test_the_presence_of_a_session_is_one_and_the_same():
    assert page._presence() == page._presence()
    assert page._Presence("one") != page._Presence("another")


@pytest.mark.parametrize("title", PRESETS)
def test_a_story_sets_the_controls(app, title):
    app.run()
    app.button(key=f"story {title}").click().run()
    assert not app.exception
    (course,) = courses(app)
    assert course.latest.experiment == PRESETS[title].experiment
    assert course.latest.functions == PRESETS[title].functions


def test_bad_values_fall_back_with_one_note(app):
    app.query_params.update(
        {"width": "1e400", "task": "Zaphod", "learning_rate": "nan", "batch": "0.5", "depth": "2"}
    )
    app.run()
    assert not app.exception
    (note,) = (each.value for each in app.warning)
    for label in ("Width", "Task", "Learning rate", "Batch size"):
        assert label in note
    assert "Depth" not in note


def test_no_function_is_an_invitation(app):
    app.query_params["functions"] = ""
    app.run()
    assert "No function is chosen" in app.info[0].value
    assert not charts(app)
    assert not courses(app)


@pytest.mark.parametrize("text", ["where(x > 0, 1, 0)", "2"])
def test_a_formula_without_a_slope_trains_alone(app, text):
    app.query_params.update({"functions": "", "own": text})
    ended(app)
    assert not app.exception
    assert len(charts(app)) == 7
    assert any("is alone" in each for each in words(app))


def test_one_function_is_alone(app):
    app.query_params["functions"] = "gelu"
    app.run()
    assert any("GELU is alone" in each for each in words(app))


def test_only_what_there_is_memory_for_is_trained():
    reading = CONTROLS.read(
        {"functions": tuple(CATALOG), "depth": ["10"], "width": ["64"], "seeds": ["32"]}
    )
    settings = reading.settings
    assert 0 < len(settings.trained) < len(CATALOG)
    assert settings.experiment.memory * len(settings.trained) <= TURNS.memory
    assert f"first {len(settings.trained)} are trained" in page.notice(settings)


def test_who_waits_for_memory_is_told_so_and_trains_once_there_is_some(app, monkeypatch):
    shared = Pool(memory=1)
    monkeypatch.setattr(page, "POOL", shared)
    other = shared.enter("other", partial(Run, Experiment(), [function("relu")]), here, lambda _: 1)
    other.watch(10_000_000, 0)
    wait_until(lambda: other.latest.step)
    try:
        app.run()
        assert not app.exception
        assert not app.dataframe
        (bar,) = app.get("progress")
        waits = "Waiting at step 0 of 40: runs of others fill the memory for training"
        assert bar.proto.text == waits
        assert courses(app)[0].moves  # so that the page looks again by itself
    finally:
        other.close()
    ended(app)
    assert not app.exception
    assert courses(app)[0].latest.step == 40
    assert len(app.dataframe) == 1
    assert (other.holds, other.latest) == (False, None)


def test_a_run_that_gave_way_trains_again_for_who_looks_again(app, monkeypatch):
    shared = Pool()
    monkeypatch.setattr(page, "POOL", shared)
    monkeypatch.setattr(running, "REST", 0.0)
    ended(app)
    (course,) = courses(app)
    wait_until(lambda: not shared._active)
    shared.memory = 1
    other = shared.enter("other", partial(Run, Experiment(), [function("relu")]), here, lambda _: 1)
    assert (course.latest, other.latest.step) == (None, 0)
    app.session_state["training-lines"] = ["every-seed"]
    ended(app)
    assert not app.exception
    assert course.latest.step == 40
    assert len(app.dataframe) == 1


def test_what_no_memory_is_there_for_is_said(app, monkeypatch):
    monkeypatch.setattr(TURNS, "memory", 2**10)
    app.run()
    assert "that it may here: lower depth, width, batch or seeds" in app.info[0].value
    assert not courses(app)
    assert not app.exception


# --- files


def test_an_open_download_keeps_no_run_but_has_it_all_the_same(monkeypatch):
    experiment, functions = Experiment(depth=1, width=2, seeds=1, task="xor"), (function("tanh"),)
    course = Pool().enter((experiment, functions), partial(Run, experiment, functions), here)
    now = Visit(courses={course.plan: course})
    monkeypatch.setattr(page, "visit", lambda: now)
    course.watch(45, 0)
    wait_until(lambda: not course.moves and course.latest.step == 45)
    expected = files.csv(course.latest)
    kept = weakref.ref(course.latest.train_loss)
    settings = CONTROLS.read({"steps": ["45"]}).settings
    (file,) = page.exhibits(settings, [course.latest])["loss"].files
    assert file.make() == expected
    course.close()
    course.let_go()
    gc.collect()
    assert kept() is None
    assert file.make() == expected


def test_a_run_takes_the_turn_of_who_asked_for_it(monkeypatch):
    monkeypatch.setattr(page, "POOL", Pool())
    monkeypatch.setattr(page, "_presence", lambda: here)
    monkeypatch.setattr(TURNS, "caller", lambda: "192.0.2.7")
    (job,) = page.jobs(CONTROLS.read({key: [word] for key, word in SMALL.items()}).settings)
    course = job.course(None)
    course.close()
    assert course.caller == "192.0.2.7"


def test_the_csv_holds_all_curves():
    run = Run(Experiment(depth=1, width=3, seeds=2), [function("relu"), function("elu")])
    run.advance(120)
    snapshot = run.snapshot()
    table = pd.read_csv(io.StringIO(files.csv(snapshot)), comment="#")
    assert table.shape == (7, 1 + (4 + 1 + 2) * 2 * 2)
    assert table["step"].tolist() == [0, 20, 40, 60, 80, 100, 120]
    np.testing.assert_allclose(table["elu_seed2_test_loss"], snapshot.test_loss[:, 1, 1])
    np.testing.assert_allclose(table["relu_seed1_train_accuracy"], snapshot.train_accuracy[:, 0, 0])
    looked_into = table[table["elu_seed2_layer1_dead"].notna()]
    assert looked_into["step"].tolist() == snapshot.inside_steps.tolist() == [0, 100]
    np.testing.assert_allclose(looked_into["relu_seed2_layer1_dead"], snapshot.dead[:, 0, 1, 0])
    for layer, name in enumerate(("layer1", "output")):
        np.testing.assert_allclose(
            looked_into[f"elu_seed1_{name}_gradient"], snapshot.gradient[:, 1, 0, layer]
        )


CASES = {
    "spiral": (function("relu"), {}),
    "step": (function("prelu"), {"task": "step", "optimiser": "Momentum", "learning_rate": 0.02}),
    "xor": (function("tanh"), {"task": "xor", "weights": "PyTorch default", "optimiser": "SGD"}),
    "circle": (function("rrelu"), {"task": "circle", "weights": "Xavier", "weight_decay": 0.01}),
    "gaussians": (function("mish"), {"task": "gaussians", "weights": 1.7, "sigma_b": 0.3}),
    "chirp": (formula("where(x > 0, x, sin(w*x)); w = 3").at(), {"task": "chirp", "batch": 30}),
    "snake_beta": (function("snake_beta", beta=2), {"task": "chirp", "optimiser": "SGD"}),
    "xielu": (function("xielu"), {"task": "xor", "weight_decay": 0.01}),
    "sines": (function("relu_squared"), {"task": "sines", "weights": "LeCun"}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_code_gives_the_losses_of_the_page(case, capsys):
    each, settings = CASES[case]
    experiment = Experiment(depth=2, width=6, seeds=2, seed=7, **settings)
    run = Run(experiment, [each])
    run.advance(55)
    snapshot = run.snapshot()
    there: dict = {"__name__": "__main__"}
    exec(compile(files.script(each, experiment, 1, 55), "script", "exec"), there)  # noqa: S102
    assert list(there["losses"]) == snapshot.steps.tolist() == [0, 20, 40, 55]
    np.testing.assert_allclose(
        list(there["losses"].values()), snapshot.train_loss[:, 0, 1], rtol=1e-4
    )
    assert capsys.readouterr().out
