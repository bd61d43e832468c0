"""The tables, one file a subject; what the migrations make must be the same, and a test holds it so."""
