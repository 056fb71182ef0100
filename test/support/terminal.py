"""Runs a command in a pseudo-terminal and plays a script of keys to it.

usage: terminal.py COMMAND...     stdin: JSON lines {"wait": text, "send": text} or {"wait": text, "size": [rows, columns]}

Each line waits until the text has been printed since the last one, then does what it says. stdout: all that the
terminal was sent. Exit code: that of the command; 98 when a text did not come in time, 99 when the command ended before.
"""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

MOST_SECONDS = 45


def set_size(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def main():
    steps = [json.loads(line) for line in sys.stdin if line.strip()]
    pid, fd = pty.fork()
    if pid == 0:
        set_size(0, 40, 100)
        os.execvp(sys.argv[1], sys.argv[1:])
    end = time.monotonic() + MOST_SECONDS
    shown, seen, pending = b"", 0, b""

    def exchange():
        """Reads and writes at once: a terminal that nobody reads stops its program."""
        nonlocal shown, pending
        readable, writable, _ = select.select([fd], [fd] if pending else [], [], max(0, end - time.monotonic()))
        if not readable and not writable:
            os.kill(pid, 9)
            return "late"
        if readable:
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            if not data:
                return "ended"
            shown += data
        if writable:
            pending = pending[os.write(fd, pending[:512]) :]
        return None

    stopped = None
    for step in steps:
        wanted = step["wait"].encode()
        while stopped is None and (pending or wanted not in shown[seen:]):
            stopped = exchange()
        if stopped is not None:
            sys.stderr.write(f"{stopped} before {step['wait']!r}\n")
            break
        seen = shown.index(wanted, seen) + len(wanted)
        if "size" in step:
            set_size(fd, *step["size"])
        pending += step.get("send", "").encode()
    while stopped is None:
        stopped = exchange()
    _, status = os.waitpid(pid, 0)
    sys.stdout.buffer.write(shown)
    code = os.waitstatus_to_exitcode(status)
    sys.exit(98 if stopped == "late" else code if code >= 0 else 99)


main()
