"""Plug&Pay's API v2: the shop.

`ports` holds what the core uses, `client` satisfies it, `api` makes the requests, `responses` parses what they
return into `models`, `pages` reads complete lists, `relations` says which relations of an order are requested.
"""
