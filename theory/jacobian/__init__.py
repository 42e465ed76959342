"""Beyond Section 4.2: J-SAM as a penalty on the norm of the Jacobian, and how its effect adds to the effect of the logit scale."""
