"""The workspace: find its root, read ``[tool.octavo]``, list what is there."""
