"""The composition root: settings in, a running broker out."""
