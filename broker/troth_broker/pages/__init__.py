"""HTML for people: the same resources as the API, on the same paths, rendered on the server."""
