"""Evaluation of collectors, customers and strategies 三项评价, each against the mix that it was given."""

from arkit.collecting.evaluation.result import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
