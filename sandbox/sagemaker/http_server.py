"""The loopback HTTP server: threads, connections that stay open, and a stop that leaves nothing behind."""

import errno
import logging
import socket
import threading
from collections.abc import Iterable
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from sandbox.sagemaker.faults import ConnectionDroppedError

logger = logging.getLogger(__name__)

JOIN_SECONDS = 5.0


class KeepAliveHandler(WSGIRequestHandler):
    """Answers request after request on one connection; werkzeug's own handler closes it after each."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        self.environ = self.make_environ()
        status, headers = "", list[tuple[str, str]]()

        def start_response(answer_status: str, answer_headers: list[tuple[str, str]], *_: object) -> Any:
            nonlocal status, headers
            status, headers = answer_status, answer_headers

        try:
            body = _joined(self.server.app(self.environ, start_response))
        except ConnectionDroppedError:
            self._hang_up()
        except Exception:
            logger.exception("request_broke path=%s", self.path)
            self.close_connection = True
            self._answer("500 Internal Server Error", [("Connection", "close")], b"")
        else:
            self._answer(status, headers, body)

    def _answer(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        bodiless = self.command == "HEAD" or code in {"204", "304"}
        for name, value in headers:
            if bodiless or name.lower() not in {"content-length", "transfer-encoding"}:
                self.send_header(name, value)
        if not bodiless:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not bodiless:
            self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        _shut(self.connection)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The dispatch logs what is worth logging."""


class LoopbackServer(ThreadedWSGIServer):
    """A threaded server that knows its connections, so that stopping it ends them."""

    def __init__(self, host: str, port: int, application: Any) -> None:
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._connections_lock = threading.Lock()
        try:
            super().__init__(host, port, application, handler=KeepAliveHandler)
        except SystemExit as error:
            # werkzeug would end the whole process over a port that is taken.
            raise OSError(errno.EADDRINUSE, f"{host}:{port} cannot be listened on") from error
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="local-aws", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join(JOIN_SECONDS)
        with self._connections_lock:
            open_ones = list(self._connections.items())
        for thread, connection in open_ones:
            _shut(connection)
            thread.join(JOIN_SECONDS)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        thread = threading.current_thread()
        with self._connections_lock:
            self._connections[thread] = request
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._connections_lock:
                del self._connections[thread]


def _joined(chunks: Iterable[bytes]) -> bytes:
    try:
        return b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
