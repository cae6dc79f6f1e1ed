"""Pages of registers: lists, records, forms, histories, exports."""
