"""The checks of `doctor`: on this machine, at the shop, at Billit; and how they are shown."""
