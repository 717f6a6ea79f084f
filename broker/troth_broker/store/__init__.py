"""SQL, and only SQL: fills the core's facts, appends what happened, keeps the pointers."""
