"""`python -m ppbillit` is the installed command."""

from ppbillit.cli import command

command()
