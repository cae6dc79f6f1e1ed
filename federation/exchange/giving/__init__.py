"""Tables given out: workbooks as they are sent, templates, and records in the terms of a sheet."""
