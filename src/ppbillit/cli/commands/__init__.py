"""One module or package for each command of `ppbillit --help`."""
