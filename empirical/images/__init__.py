"""Networks on images: arms under each profile, a run folder for each network, sweeps and their cost."""
