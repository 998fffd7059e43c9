"""The mapping: an order and the rules in, a draft or the reasons why not out. Pure: no I/O, no clock.

Read `mapper` first: it follows one order through the other modules from top to bottom.
"""
