"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no counterexample.
settings.register_profile("ppbillit", deadline=None)
settings.load_profile("ppbillit")
