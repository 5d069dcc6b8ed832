"""A wing: hand assignments out, collect them, and grade them with split trust."""
