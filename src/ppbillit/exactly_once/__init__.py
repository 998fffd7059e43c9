"""How a write happens at most once."""
