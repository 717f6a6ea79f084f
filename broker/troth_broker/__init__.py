"""Who has verified what with whom, and what may therefore be deployed."""
