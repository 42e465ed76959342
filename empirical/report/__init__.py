"""What an experiment is, and everything from its results to a record of evidence: values, rules' statistics, tables, pictures."""
