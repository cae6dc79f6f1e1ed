"""Every value that an import wrote knows its cell, for as long as the value lives."""
