"""Outgoing calls: to whom they may go, and how they are sent."""
