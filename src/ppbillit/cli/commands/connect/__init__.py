"""The steps of `connect`: the Plug&Pay key, the Billit key or OAuth access, and the first config."""
