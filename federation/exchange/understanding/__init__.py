"""How a table is understood: its header, its columns, which sheet it was made for."""
