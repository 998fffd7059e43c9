"""Tests of the emulator; packages, since their file names are also those of other tests."""
