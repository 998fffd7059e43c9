"""An emulated Plug&Pay: the shop, its API as a function, and a builder of orders."""
