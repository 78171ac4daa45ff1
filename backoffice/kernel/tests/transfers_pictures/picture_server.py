"""A server of pictures on the machine itself, for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# A length that the server does not announce.
UNSAID = -1


@dataclass
class Answer:
    """What the server says to a path."""

    content: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    drips: bool = False


@dataclass
class PictureServer:
    """The server: its host with the port, what it says, what it was asked."""

    host: str
    answers: dict[str, Answer]
    asked: list[str]
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://{self.host}{path}"


@contextmanager
def picture_server() -> Iterator[PictureServer]:
    """Run a server; it knows no path until told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            answer = known.answers.get(self.path, Answer(status=404))
            self.send_response(answer.status)
            length = len(answer.content) if answer.announced is None else answer.announced
            announced = {} if length == UNSAID else {"Content-Length": str(length)}
            for name, value in {**announced, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if answer.drips:
                while not known.over.wait(0.02):
                    self.wfile.write(b"x")
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing when a client hangs up."""

    with Server(("127.0.0.1", 0), Handler) as server:
        known = PictureServer(f"127.0.0.1:{server.server_address[1]}", {}, [])
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield known
        finally:
            known.over.set()
            server.shutdown()
            thread.join()
