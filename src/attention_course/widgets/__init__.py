"""Interactive figures: a sentence goes in, and what each rung says and reads comes out."""
