"""`python -m bot`, and the program `steward`."""

from bot.cli import main

if __name__ == "__main__":
    main()
