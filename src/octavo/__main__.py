"""``python -m octavo``."""

from octavo.cli import main

main(prog_name="octavo")
