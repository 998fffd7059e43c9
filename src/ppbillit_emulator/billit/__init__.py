"""The emulated Billit: an office with its books, and the HTTP API in front of it."""
