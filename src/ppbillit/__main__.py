"""`python -m ppbillit` is the installed command."""

from ppbillit.cli.main import main

main()
