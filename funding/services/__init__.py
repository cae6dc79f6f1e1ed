"""What is read of money for whole pages of organisations at once."""
