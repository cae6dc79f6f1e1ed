"""The pages of people, of their posts and of what they tell of themselves."""
