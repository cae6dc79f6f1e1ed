"""The pages of people, of their posts and of volunteers."""
