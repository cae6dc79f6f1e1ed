"""The pages of people, of their posts, of what they tell of themselves, and of volunteers."""
