"""One file for each figure, table or question: what is asked, what the paper says, the rule, the run, the plot."""
