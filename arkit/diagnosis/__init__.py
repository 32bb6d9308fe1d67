"""Diagnosis: why money is late, who is late, who will be, and what to do about it.

Everything here starts from :class:`~arkit.diagnosis.past.Past`, which holds what was known at a date and nothing else.
"""
