"""The installed command against the emulator, over real sockets: what a shop owner relies on, end to end."""
