"""Beyond Section 4.2: J-SAM as a penalty on the norm of the Jacobian, and how its effect adds to that of the logit scale."""
