"""Writing many rows at once; no app, only functions that every room of services may use."""
