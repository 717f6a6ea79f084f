"""Forward-only steps that bring a store to this version's tables."""
