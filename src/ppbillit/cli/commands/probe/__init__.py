"""The parts of `probe`: what is read from Plug&Pay and from Billit, and the report about it."""
