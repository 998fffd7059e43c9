"""Turn the orders of a Plug&Pay shop into sales invoices in Billit: exactly once, to the cent."""

__version__ = "0.1.0"
