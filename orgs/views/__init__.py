"""Pages of the tree, of organisations and of terms."""
