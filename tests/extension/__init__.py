"""An app of somebody else: a register, a sheet and an indicator made by docs/extending.md alone."""
