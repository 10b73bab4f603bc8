"""What the dashboard's page says passes, all else closes its own connection, and no traceback."""

import asyncio
import logging
from collections import defaultdict
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.util import calc_hash

from activations.serving.bounds import Bounds
from activations.serving.guard import Guard, fault
from tests.serving.asgi import ask, scope, told

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


def asked_by(**ids):
    request = BackendOperationRequest(deferred_file={"file_id": "1"}, **ids)
    return BackMsg(backend_operation_request=request)


NO_IDS = ("a b", "a\nb", "é", "x" * 65)


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
        operation(deferred_file={"file_id": uuid4().hex}),
        rerun(fragment_id=calc_hash("x"), page_script_hash=calc_hash("y")),
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
        *((rerun(fragment_id=words), "malformed id") for words in NO_IDS),
        *((rerun(page_script_hash=words), "malformed id") for words in NO_IDS),
        *((operation(deferred_file={"file_id": words}), "malformed id") for words in NO_IDS),
        *((operation(dataframe_chunk={"source_id": words}), "malformed id") for words in NO_IDS),
        *((asked_by(request_id=words), "malformed id") for words in NO_IDS),
        *((asked_by(session_id=words), "malformed id") for words in NO_IDS),
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

    assert len(told(story())) == 1


def press():
    """A message that no other one overtakes."""
    return frame(rerun(WidgetState(id="$$ID-0-a", trigger_value=True)))


async def calls(guard, client, count, every):
    """Say so many messages on a connection of one's own, one every so many seconds."""
    messages = iter([press()] * count)

    async def receive():
        await asyncio.sleep(every)
        return next(messages, {"type": "websocket.disconnect", "code": 1000})

    async def send(message):
        pass

    await guard(scope(kind="websocket", client=client), receive, send)


def passing(bounds=BOUNDS):
    """A guard, and when what passed it did so, for each client."""
    passed = defaultdict(list)

    async def listen(asked, receive, send):
        while (await receive())["type"] != "websocket.disconnect":
            passed[asked["client"]].append(asyncio.get_running_loop().time())

    return Guard(listen, bounds), passed


def test_who_comes_back_on_another_connection_begins_no_new_burst():
    async def story():
        guard, passed = passing()
        for port in range(20):
            await calls(guard, ("192.0.2.1", port), BOUNDS.burst, 0)
        return sum(map(len, passed.values())), asyncio.get_running_loop().time()

    count, seconds = told(story())
    free, rate = BOUNDS.burst_per_address, BOUNDS.messages_per_second_per_address
    assert count == 20 * BOUNDS.burst
    assert seconds >= (count - free) / rate - 1


def test_many_connections_of_one_address_say_no_more_than_it_may_and_another_is_not_held_up():
    async def story():
        guard, passed = passing()
        flood = [calls(guard, ("192.0.2.1", port), 80, 0) for port in range(60)]
        another = calls(guard, ("192.0.2.2", 1), 80, 0.5)
        await asyncio.gather(*flood, another)
        return passed

    passed = told(story())
    assert passed.pop(("192.0.2.2", 1)) == pytest.approx([n / 2 for n in range(1, 81)])
    within = [when for each in passed.values() for when in each if when < 60]
    most = BOUNDS.burst_per_address + 60 * BOUNDS.messages_per_second_per_address
    assert most - 60 <= len(within) <= most + 1


@pytest.mark.parametrize(("pupils", "every"), [(60, 5), (30, 1)], ids=["thinks", "watches"])
def test_a_class_at_one_address_is_never_held_up(pupils, every):
    async def story():
        guard, passed = passing()
        seats = [("192.0.2.1", port) for port in range(pupils)]
        await asyncio.gather(*(calls(guard, each, 60, every) for each in seats))
        return passed

    for when in told(story()).values():
        assert when == pytest.approx([every * n for n in range(1, 61)])


def test_who_reads_nothing_is_heard_no_further():
    async def story():
        reads, passed = asyncio.Event(), []

        async def listen(asked, receive, send):
            for _ in range(3):
                passed.append(await receive())
                answers = asyncio.ensure_future(send({"type": "websocket.send", "bytes": b"x"}))
                await asyncio.sleep(0)
            await answers

        async def receive():
            return press()

        async def send(message):
            await reads.wait()

        visit = asyncio.ensure_future(Guard(listen, BOUNDS)(scope(kind="websocket"), receive, send))
        await asyncio.sleep(100)
        before = len(passed)
        reads.set()
        await visit
        return before, len(passed)

    assert told(story()) == (1, 3)
