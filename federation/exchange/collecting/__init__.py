"""The 收表台: many workbooks at once, told apart, put right together, written as one."""
