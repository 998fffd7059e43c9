"""The parts of `probe`: what JSON is made of, what the shop and Billit are asked, and the report."""
