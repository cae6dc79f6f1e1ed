"""Cleaners: one rule per kind of field, used by Excel columns and by forms alike."""
