"""What decides: pure, deterministic, without clock, file or socket."""
