"""Customer types 客户类型: how a customer trades, how it behaves, how stable that is, how to approach it."""

from arkit.diagnosis.types.result import CustomerTypes, classify, customer_types

__all__ = ["CustomerTypes", "classify", "customer_types"]
