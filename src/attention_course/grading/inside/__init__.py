"""What runs in the sandbox, beside a learner's code. It sees inputs, never an expected value.

Nothing here imports the rest of the course: inside the sandbox the rest is not there.
"""
