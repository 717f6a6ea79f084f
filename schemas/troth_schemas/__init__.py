"""What a contract says: parse, canonical form, digest, compare, uses. Pure: no network, no database, no clock."""
