"""Billit's API v1.

`ports` holds what the core uses, `client` satisfies it, `api` makes the requests, `responses` parses what they
return into `models`, `pages` reads complete lists, `oauth` and `token_file` give access without an API key.
"""
