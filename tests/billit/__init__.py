"""The client of Billit."""
