"""What runs on the emulator: the demo's `story` and its `check`, and the `standing` world for own trials.

Nothing here is imported before its command runs, so that every other command starts without the emulator.
"""
