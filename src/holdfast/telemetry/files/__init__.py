"""Records in files on this machine, measured by DuckDB."""
