"""Jobs of this machine or of a Slurm cluster: a driver that brings tasks to their end."""
