"""The emulated Plug&Pay: the shop, its API as a function, and a builder of orders.

Section numbers (§) are those of docs/reference/plugandpay.md.
"""
