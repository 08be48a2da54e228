"""A mail server for tests: real sockets, and told how to misbehave."""

from collections import deque
from contextlib import contextmanager
from email import message_from_bytes, policy
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


class Dropped(Exception):
    """The connection ends here, without a word."""


class MailServer(ThreadingTCPServer):
    """`received` holds what was accepted, as pairs of address and message.

    `replies` maps a command to answers for its next uses, before it goes on as it
    should: `{"RCPT": ["550 nobody here"]}`. `DROP` in place of one ends the connection;
    for the command "." it does so once the message is stored, before its answer.
    """

    DROP = "drop"
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.received = []
        self.replies = {}

    @property
    def port(self):
        return self.server_address[1]

    def answer(self, command, *replies):
        self.replies[command] = deque(replies)

    def reply_to(self, command, usual):
        replies = self.replies.get(command)
        return replies.popleft() if replies else usual

    def store(self, address, data):
        self.received.append((address, message_from_bytes(data, policy=policy.default)))


class Conversation(StreamRequestHandler):
    USUAL = {"DATA": "354 go on", "QUIT": "221 bye", ".": "250 stored"}

    def handle(self):
        self.addresses = []
        try:
            self.say(self.server.reply_to("HELLO", "220 ready"))
            for line in self.rfile:
                self.obey(line.decode().strip())
        except (Dropped, ConnectionError):
            return

    def obey(self, line):
        command = line[:4].upper()
        reply = self.server.reply_to(command, self.USUAL.get(command, "250 fine"))
        self.say(reply)
        if command == "RCPT" and reply.startswith("2"):
            self.addresses.append(line.partition("<")[2].partition(">")[0])
        if command == "DATA" and reply.startswith("3"):
            self.take_message()

    def take_message(self):
        lines = iter(self.rfile.readline, b".\r\n")
        data = b"".join(line.removeprefix(b".") for line in lines)
        reply = self.server.reply_to(".", self.USUAL["."])
        if not reply.startswith(("4", "5")):
            for address in self.addresses:
                self.server.store(address, data)
        self.addresses = []
        self.say(reply)

    def say(self, reply):
        if reply == self.server.DROP:
            raise Dropped
        self.wfile.write(f"{reply}\r\n".encode())


@contextmanager
def mail_server():
    with MailServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
