"""Octavo: a writer's workflow in Jupyter."""
