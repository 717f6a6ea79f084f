"""What HTTP itself is, whatever the resource: paths, routes, negotiation, calls and replies, errors, turns."""
