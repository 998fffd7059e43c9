"""The emulated Billit: an office with documents and debtors, and the HTTP API to it.

Section numbers (§) are those of docs/reference/billit.md.
"""
