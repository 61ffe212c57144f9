"""Real servers for tests, demos and benches."""
