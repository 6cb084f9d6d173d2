"""Installs what Steward needs, each thing in a place of its own; see --help. Needs Python alone, 3.11 or newer.

This file stays readable for older Pythons, so that they get a sentence and not a SyntaxError.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the check is for those who have an older one
    sys.stderr.write(
        "Steward needs Python 3.11 or newer; {} is {}.{}. Install a newer one and run this with it, for example: "
        "python3.12 tools/setup.py bot\n".format(sys.executable, *sys.version_info)
    )
    sys.exit(2)

from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.installing.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
