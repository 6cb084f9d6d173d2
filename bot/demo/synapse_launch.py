"""Starts Synapse; run by Synapse's own Python, with Synapse's own arguments. Never imported.

It ends when its standard input closes, which happens however the parent ends, `kill -9` included.
"""

import gc
import os
import signal
import sqlite3
import threading
import time

_SECONDS_TO_SHUT_DOWN = 5


def _end_with_the_parent() -> None:
    """Wait for the end of standard input, then stop Synapse, first politely."""
    # Not sys.stdin: its lock, held by this thread, would make an ordinary exit crash.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_SECONDS_TO_SHUT_DOWN)
    os._exit(1)


_connect = sqlite3.connect


def _connect_unsynced(*args: object, **kwargs: object) -> sqlite3.Connection:
    """As `sqlite3.connect`, without waiting for the disk: what is here may be lost when the power fails."""
    connection: sqlite3.Connection = _connect(*args, **kwargs)  # type: ignore[call-overload]
    connection.execute("PRAGMA synchronous = OFF")
    return connection


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    sqlite3.connect = _connect_unsynced  # type: ignore[assignment]
    gc.disable()  # nothing to collect among imports, and looking for it takes a third of the start
    from synapse.app.homeserver import main  # type: ignore[import-not-found] # known to Synapse's Python alone

    gc.freeze()
    gc.enable()
    main()
