"""Starts an interactive shell on a pseudo-terminal, and types lines into it.

Arguments: the shell's command line, the prompt to wait for, and the lines, both lists as JSON. Each line is typed when the
prompt is shown anew. Prints what the terminal has shown.
"""

import fcntl
import json
import os
import pty
import select
import signal
import sys
import termios
import time

command, prompt, lines = json.loads(sys.argv[1]), sys.argv[2].encode(), json.loads(sys.argv[3])
controller, terminal = pty.openpty()
# Wide enough for each line: a shell that breaks it would print the prompt again.
fcntl.ioctl(terminal, termios.TIOCSWINSZ, b"\x32\x00\x2c\x01\x00\x00\x00\x00")
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(terminal, descriptor)
    os.execvp(command[0], command)
os.close(terminal)

shown, seen, ended, deadline = b"", 0, False, time.monotonic() + 120
while not ended and time.monotonic() < deadline:
    if select.select([controller], [], [], 0.1)[0]:
        try:
            shown += os.read(controller, 65536)
        except OSError:
            # The shell has ended, and nobody has the terminal open.
            ended = True
    at = shown.find(prompt, seen)
    if lines and at >= 0:
        seen = at + len(prompt)
        os.write(controller, lines.pop(0).encode())
if not ended:
    os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
sys.exit(0 if ended and not lines else 1)
