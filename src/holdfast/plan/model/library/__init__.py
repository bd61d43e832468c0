"""The control library: what is known to hold the risks of AI systems, as data beside this file."""
