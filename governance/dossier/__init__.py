"""The decision dossier of a gate: one zip that people read, machines read, and anyone verifies without our server."""
