"""The face: one module per command; flags in, words and exit codes out.  Nothing else prints or exits."""
