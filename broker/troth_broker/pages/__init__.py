"""The edge for people: server-rendered pages on the addresses of the API. One module and one template for each page."""
