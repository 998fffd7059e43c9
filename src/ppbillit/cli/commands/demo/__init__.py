"""The demo: its `story`, the `check` at its end, and the emulated `world` with its `config`.

`story` and `world` are imported when a command runs, so that all other commands start without the emulator.
"""
