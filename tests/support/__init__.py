"""What the tests stand on: outside services, databases, running brokers, official clients."""
