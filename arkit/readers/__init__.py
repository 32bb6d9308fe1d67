"""Reading: any export becomes a ledger."""
