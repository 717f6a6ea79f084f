"""Work that nobody waits for: what is due is taken from the store, done, and written down."""
