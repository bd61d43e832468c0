"""The respond room for programs: JSON in, JSON out, problems as RFC 9457."""
