"""GraphQL: what a schema offers, what operations ask for, and what a new schema does to those who ask the old one."""
