"""The HTTP API: the Pact Broker's wire form, on its paths."""
