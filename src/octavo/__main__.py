"""``python -m octavo``."""

from octavo.cli import main

if __name__ == "__main__":  # a spawned process of a pool imports this too
    main(prog_name="octavo")
