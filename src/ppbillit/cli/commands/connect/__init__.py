"""The steps of `connect`: the shop, the books, access by OAuth, and the first config."""
