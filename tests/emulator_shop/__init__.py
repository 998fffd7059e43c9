"""Tests of the emulated shop; a package, so that its conftest has a name of its own."""
