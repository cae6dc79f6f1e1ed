"""What changes many organisations at once: loading the divisions, founding, moving."""
