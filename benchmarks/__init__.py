"""How fast Troth is: a seeded fleet, the cost of each request, the query plans, the start-up (docs/performance.md)."""
