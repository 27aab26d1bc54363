"""The one seam to a language model: endpoint, structured answers, ledger, budget, faults."""
