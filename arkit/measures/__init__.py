"""Measures of a ledger at a date: each a small frame, with its conventions and notes in ``attrs``."""
