"""Pages of another origin: a second server, for what the dashboard meets of the rest of the web."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from threading import Thread


@contextmanager
def hosted(files: Mapping[str, str]) -> Iterator[str]:
    """Serve texts by their paths on a free port of 127.0.0.1; yield the server's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = files.get(self.path)
            self.send_response(404 if text is None else 200)
            self.send_header("Content-Type", guess_type(self.path)[0] or "text/html")
            self.end_headers()
            self.wfile.write((text or "").encode())

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
