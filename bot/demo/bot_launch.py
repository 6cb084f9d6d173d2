"""Runs the program in a process of the demo's: `python -m bot.demo.bot_launch run …`. Never imported.

All is loaded at once, and work begins with the first line on standard input; so the homeserver can start meanwhile.
The process ends when its standard input closes, which happens however the parent ends, `kill -9` included.
"""

import os
import signal
import threading
import time

_SECONDS_TO_STOP = 5


def _end_with_the_parent() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_SECONDS_TO_STOP)
    os._exit(1)


if __name__ == "__main__":
    from bot.cli import main

    if os.read(0, 4096):
        threading.Thread(target=_end_with_the_parent, daemon=True).start()
        main()
