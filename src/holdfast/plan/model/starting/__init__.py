"""Plans to start from: templates put together from parts, and made-up records to try them on."""
