"""The loss allowance 坏账准备: base, history, rates, matrix, roll-forward, and its back-test."""

from arkit.measures.allowance.backtest import ProvisionBacktest, provision_backtest
from arkit.measures.allowance.result import Provision, provision

__all__ = ["Provision", "ProvisionBacktest", "provision", "provision_backtest"]
