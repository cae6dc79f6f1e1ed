"""The pages of an import: upload, columns, check, writing, result."""
