"""A program that subscribes to the shop's webhooks: a real HTTP server on a port of its own."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from shop.signatures import FORMAT, digest


@dataclass
class Program:
    """What it was told; `answers` are the statuses that it gives, and then 200 for ever."""

    url: str
    answers: list = field(default_factory=list)
    told: list = field(default_factory=list)
    paths: list = field(default_factory=list)
    location: str = ""

    @property
    def numbers(self):
        return [told["sequence"] for _headers, told in self.told]

    @property
    def events(self):
        return [told["type"] for _headers, told in self.told]


@contextmanager
def program(*answers, tls=None):
    """A program that listens, at `program.url`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Ear)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/hooks?of=magpie"
    server.program = Program(url, list(answers))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.program
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def is_signed(headers, body: bytes, secret):
    """As a subscriber checks it."""
    signed_at, code = FORMAT.fullmatch(headers["Magpie-Signature"]).groups()
    return digest(int(signed_at), body, secret) == code


class _Ear(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = self.server.program
        told.paths.append(self.path)
        told.told.append(({**self.headers, "body": body}, json.loads(body)))
        self.send_response(told.answers.pop(0) if told.answers else 200)
        if told.location:
            self.send_header("Location", told.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Its log is nobody's."""
