"""Tests of the emulated Billit."""
