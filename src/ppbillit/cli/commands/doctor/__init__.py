"""The checks of `doctor`: on this machine, at Plug&Pay, at Billit."""
