"""A scenario as one offline page for those who write and teach it: its graph, and what is worth what at each node.

Read :mod:`~arkit.training.survey` (the numbers) first, then :mod:`~arkit.training.preview.placing` and
:mod:`~arkit.training.preview.layout` (where things stand),
:mod:`~arkit.training.preview.drawing` (the graph) and :mod:`~arkit.training.preview.page` (the page).
"""

from arkit.training.preview.page import page

__all__ = ["page"]
