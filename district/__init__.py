"""The other end of the line: intake of events, the duty desk, the roster, over a database."""
