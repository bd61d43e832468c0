"""Runbooks as CACAO 2.0 playbooks: OASIS CACAO Security Playbooks Version 2.0, Committee Specification 01."""
