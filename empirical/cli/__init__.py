"""The commands `list`, `plan`, `run` and `fetch`: their options, and what each does."""
