"""Tests of the emulated Plug&Pay."""
