"""The collection conversation 催收对话: scenarios as data, a seeded engine, and a review of every decision.

Read the modules in this order: :mod:`~arkit.training.parts` and :mod:`~arkit.training.model` (what a scenario is),
:mod:`~arkit.training.moves` (the rules), :mod:`~arkit.training.engine` (play), :mod:`~arkit.training.belief` and
:mod:`~arkit.training.values` (what a choice is worth on what was known).
"""
