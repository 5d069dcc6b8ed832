"""A wing: hand assignments out, and (in the making) grade what comes back."""
