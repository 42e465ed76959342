"""The page: ledger and evidence rendered as JSON, Markdown and HTML. Every number comes from a file; the same files give the same bytes."""
