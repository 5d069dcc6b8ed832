"""One loop on one trainer, on one device or on several together."""
