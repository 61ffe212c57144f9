"""The PostgreSQL source and target against a real server."""
