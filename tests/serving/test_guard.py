"""What the dashboard's page says passes, all else closes its own connection, and no traceback."""

import asyncio
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from activations.serving.bounds import Bounds
from activations.serving.guard import Bucket, Guard, fault
from tests.serving.asgi import ask, scope

BOUNDS = Bounds()


def frame(message):
    data = message if isinstance(message, bytes) else message.SerializeToString()
    return {"type": "websocket.receive", "bytes": data}


def rerun(*widgets, query="", **fields):
    state = ClientState(query_string=query, **fields)
    state.widget_states.widgets.extend(widgets)
    return BackMsg(rerun_script=state)


def operation(**payload):
    return BackMsg(backend_operation_request=BackendOperationRequest(request_id="1", **payload))


@pytest.mark.parametrize(
    "message",
    [
        rerun(),
        rerun(
            WidgetState(id="$$ID-0-a", trigger_value=True),
            WidgetState(id="$$ID-0-b", string_value="x"),
        ),
        rerun(query="x" * BOUNDS.link_characters),
        rerun(*(WidgetState(id=f"$$ID-0-{each}") for each in range(BOUNDS.widgets))),
        BackMsg(stop_script=True),
        operation(deferred_file={"file_id": "1"}),
        operation(dataframe_chunk={"source_id": "1"}),
    ],
)
def test_what_the_page_says_passes(message):
    assert fault(frame(message), BOUNDS) is None


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (BackMsg(), "message None"),
        (rerun(WidgetState(id="visit", string_value="x")), "value of no control"),
        (BackMsg(clear_cache=True), "message clear_cache"),
        (BackMsg(set_run_on_save=True), "message set_run_on_save"),
        (BackMsg(load_git_info=True), "message load_git_info"),
        (BackMsg(debug_disconnect_websocket=True), "message debug_disconnect_websocket"),
        (BackMsg(debug_shutdown_runtime=True), "message debug_shutdown_runtime"),
        (BackMsg(app_heartbeat=True), "message app_heartbeat"),
        (BackMsg(file_urls_request=FileURLsRequest(request_id="1")), "message file_urls_request"),
        (operation(install_skills={}), "message install_skills"),
        (operation(dismiss_skills_nudge={}), "message dismiss_skills_nudge"),
        (rerun(query="x" * (BOUNDS.link_characters + 1)), "too long a link"),
        (
            rerun(*(WidgetState(id=f"$$ID-0-{each}") for each in range(BOUNDS.widgets + 1))),
            "too many",
        ),
        (rerun(WidgetState(id="$$ID-0-a", bytes_value=b"x")), "value bytes_value"),
        (rerun(WidgetState(id="$$ID-0-a", chat_input_value={})), "value chat_input_value"),
        (rerun(WidgetState(id="$$ID-0-a", file_uploader_state_value={})), "value file_uploader"),
        (
            rerun(WidgetState(id="$$ID-0-a", string_value="x" * BOUNDS.frame_bytes)),
            "too large a frame",
        ),
        (b"\xff\xff\xff", "malformed frame"),
        (rerun(query="abc").SerializeToString()[:-1], "malformed frame"),
    ],
)
def test_what_the_page_never_says_is_named(message, words):
    assert words in fault(frame(message), BOUNDS)


def test_every_kind_of_message_that_streamlit_knows_is_judged():
    kinds = {each.name for each in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    named = {"rerun_script", "stop_script", "backend_operation_request"}
    for kind in kinds - named:
        message = BackMsg()
        if BackMsg.DESCRIPTOR.fields_by_name[kind].message_type:
            getattr(message, kind).SetInParent()
        else:
            setattr(message, kind, True)
        assert fault(frame(message), BOUNDS) == f"message {kind}"
    assert named < kinds


@given(st.binary(max_size=300))
def test_no_bytes_break_the_guard(data):
    found = fault(frame(data), BOUNDS)
    assert found is None or isinstance(found, str)


def heard(received, bounds=BOUNDS):
    """What passes a guard to the application, and what the browser is sent."""
    passed = []

    async def listen(asked, receive, send):
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            passed.append(message)
        await send({"type": "websocket.send", "bytes": b"late"})

    return passed, ask(Guard(listen, bounds), scope(kind="websocket"), received)


def test_a_refused_message_closes_with_one_line_and_nothing_passes_any_more(caplog):
    good, bad = frame(rerun()), frame(BackMsg(clear_cache=True))
    with caplog.at_level(logging.WARNING):
        passed, sent = heard([good, bad, good])
    assert passed == [good]
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.close"]
    assert sent[1]["code"] == 1008
    (record,) = caplog.records
    assert record.getMessage() == "message clear_cache, from 192.0.2.7"
    assert not record.exc_info


def test_a_text_frame_is_refused():
    _, sent = heard([{"type": "websocket.receive", "text": "hello"}])
    assert sent[-1]["code"] == 1008


def test_a_bucket_delays_what_is_beyond_the_burst_and_forgets_nothing():
    now = [0.0]
    bucket = Bucket(3, 2.0, lambda: now[0])
    assert [bucket.take() for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    now[0] = 1.0
    assert bucket.take() == 0.5
    now[0] = 100.0
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, 0.5]


FEW = Bounds(burst=3, messages_per_second=50)


def slope(value, **fields):
    return rerun(WidgetState(id="$$ID-0-slope", double_value=value), **fields)


def test_a_key_held_down_is_read_late_and_its_last_step_at_once():
    flood = [frame(slope(value)) for value in range(100)]
    passed, _ = heard(flood, FEW)
    assert passed[:3] == flood[:3]
    assert passed[-1] == flood[-1]
    assert len(passed) < len(flood) / 2
    assert passed == [each for each in flood if each in passed]


@pytest.mark.parametrize(
    "other",
    [
        slope(1, query="page"),
        slope(1, fragment_id="download"),
        BackMsg(stop_script=True),
        rerun(
            WidgetState(id="$$ID-0-reset", trigger_value=True),
            WidgetState(id="$$ID-0-slope", double_value=1),
        ),
    ],
    ids=["another link", "another part", "no run", "a button"],
)
def test_what_is_not_said_again_is_read_late_and_whole(other):
    flood = [frame(slope(value)) for value in (1, 2, 3)]
    flood += [each for _ in range(4) for each in (frame(other), frame(slope(1)))]
    passed, _ = heard(flood, FEW)
    assert [each for each in passed if each == frame(other)] == [frame(other)] * 4
    assert passed[-1] == flood[-1]


def test_what_is_wrong_overtakes_nothing():
    flood = [frame(slope(value)) for value in range(10)]
    passed, sent = heard([*flood, frame(BackMsg(clear_cache=True))], FEW)
    assert passed[:3] == flood[:3]
    assert passed[-1] == flood[-1]
    assert sent[-1]["code"] == 1008


def test_who_went_is_not_read_any_further():
    async def story():
        passed = []

        async def listen(asked, receive, send):
            while (message := await receive())["type"] != "websocket.disconnect":
                passed.append(message)
                with pytest.raises(ConnectionError):
                    await send({"type": "websocket.send", "bytes": b"x"})

        async def receive():
            return frame(rerun())

        async def send(message):
            raise ConnectionError

        await Guard(listen, BOUNDS)(scope(kind="websocket"), receive, send)
        return passed

    assert len(asyncio.run(story())) == 1
