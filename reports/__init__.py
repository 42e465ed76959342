"""The record: ledger, evidence, verdicts, and the page that shows them. Imports neither `theory` nor `empirical`."""
