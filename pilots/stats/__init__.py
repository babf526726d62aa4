"""Arithmetic that figures rest on. Pure."""
