"""Serves the dashboard to the public: Streamlit's own application behind our middleware."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import sys
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import get_instance
from streamlit.runtime.session_manager import ClientContext, SessionClient
from streamlit.web import bootstrap

from activations.serving import journal
from activations.serving.admission import Admission
from activations.serving.answers import LOG, origin, origins
from activations.serving.bounds import Bounds, bounds
from activations.serving.caller import Caller, household
from activations.serving.connection import Impatient, Request, Socket
from activations.serving.discretion import Discretion
from activations.serving.door import Door
from activations.serving.guard import Guard
from activations.serving.headers import SecurityHeaders
from activations.serving.library import Library

_DRAWN_WITHIN: Final = 300
"""Seconds that the first page may take: a slow machine that loads torch from a slow disk."""

_TIDY_EVERY: Final = 20
"""Seconds from one look for what visitors left to the next."""


def application(script: Path, given: Namespace, limits: Bounds) -> st.App:
    """Return the dashboard behind its middleware, from the outermost to the innermost."""
    return st.App(
        script,
        lifespan=partial(_living, limits=limits),
        middleware=[
            Middleware(SecurityHeaders, frame_ancestors=given.frame_ancestors),
            Middleware(Caller, trusted_header=given.trusted_header),
            Middleware(Door, bounds=limits, origins=given.origin, base_path=given.base_path),
            Middleware(Admission, bounds=limits),
            Middleware(Library),
            Middleware(Guard, bounds=limits),
            Middleware(Discretion, script=script),
        ],
    )


def serve(script: Path, given: Namespace) -> None:
    """Serve until Ctrl+C; what was given wrongly ends it with one line."""
    journal.keep()
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    try:
        limits = bounds(os.environ)
        for each in given.origin:
            origin(each)
        for each in given.frame_ancestors:
            origins(each)
        config._main_script_path = str(script)  # whose folder has .streamlit, as `run` does it
        bootstrap.load_config_options(_options(given, limits))
        app = application(script, given, limits)
    except ValueError as error:
        sys.exit(f"{error}")
    # After a refusal of a WebSocket with a page of its own, uvicorn misses the handshake.
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: "without completing handshake" not in record.getMessage()
    )
    Impatient.seconds = limits.unread_seconds
    uvicorn.run(
        app,
        host=given.host,
        port=given.port or 8501,
        http=Request,
        ws=Socket,
        ws_max_size=limits.frame_bytes,
        ws_per_message_deflate=False,
        server_header=False,
        access_log=False,
        proxy_headers=False,  # who asks is read from the trusted header alone
        log_level="warning",
        timeout_graceful_shutdown=5,
    )


def _options(given: Namespace, limits: Bounds) -> dict[str, Any]:
    """Return what Streamlit is told beyond .streamlit/config.toml."""
    return {
        "server.address": given.host,
        "server.port": given.port or 8501,
        "server.headless": True,
        "server.baseUrlPath": given.base_path,
        "server.disconnectedSessionTTL": limits.kept_seconds,
        "server.maxWidgetStateSize": 1,
        "server.maxUploadSize": 1,
        "server.enableStaticServing": False,
        "server.enableXsrfProtection": True,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "viewer",
        "logger.enableRich": False,  # whose tracebacks are no log's
    }


@asynccontextmanager
async def _living(app: st.App, limits: Bounds) -> AsyncIterator[None]:
    """Draw the first page before anybody asks for it, and tidy up while the server lives."""
    await _draw_once()
    _limit_work(limits)
    # What is there by now stays: a look for garbage need not go through torch each time.
    gc.collect()
    gc.freeze()
    tidying = asyncio.create_task(_tidy(app))
    print("The dashboard is open.", flush=True)  # noqa: T201 for who started it
    try:
        yield
    finally:
        tidying.cancel()


def _limit_work(limits: Bounds) -> None:
    # Not at the top: pages want to be imported by a run of the script.
    from activations.dashboard import jobs
    from activations.dashboard.training import pool
    from activations.functions.formula import grammar

    jobs.TURNS.at_once, jobs.TURNS.memory = limits.computations, limits.session_megabytes * 2**20
    jobs.TURNS.caller = lambda: household({"client": (st.context.ip_address or "", 0)})
    jobs.FILES.at_once = limits.computations
    pool.POOL.at_once = limits.training_runs
    pool.POOL.memory = limits.training_megabytes * 2**20
    grammar.LONGEST = min(limits.formula_characters, grammar.LONGEST)


class _FirstVisitor(SessionClient):
    """Somebody for whom the first page is drawn, and who looks whether it is, and not how."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.failed = False

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Read what a browser would be sent."""
        if msg.delta.new_element.WhichOneof("type") == "exception":
            self.failed = True
        if msg.WhichOneof("type") == "script_finished":
            self.failed |= msg.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR
            self.ended.set()

    @property
    def client_context(self) -> ClientContext | None:
        """A visit from nowhere."""
        return None


async def _draw_once() -> None:
    """Draw the first page, for which all is imported that pages take.

    RuntimeError where it fails: no visitor would see another one.
    """
    visitor, runtime = _FirstVisitor(), get_instance()
    session = runtime.connect_session(visitor, user_info={})
    try:
        runtime.handle_backmsg(session, BackMsg(rerun_script=ClientState()))
        async with asyncio.timeout(_DRAWN_WITHIN):
            await visitor.ended.wait()
    finally:
        runtime.close_session(session)
    if visitor.failed:
        LOG.error("The first page fails, and the server with it.")
        raise RuntimeError("the first page fails")


async def _tidy(app: st.App) -> None:
    """Let go of sessions that are over, and of their memory.

    Streamlit forgets them when it next looks at those that it keeps, which may be never.
    """
    while True:
        await asyncio.sleep(_TIDY_EVERY)
        storage = app._runtime._session_mgr._session_storage  # type: ignore[union-attr]
        try:
            storage.list()
            await asyncio.to_thread(_release)
        except Exception:
            LOG.exception("tidying failed")


def _release() -> None:
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # glibc alone keeps what is freed
        ctypes.CDLL(None).malloc_trim(0)
