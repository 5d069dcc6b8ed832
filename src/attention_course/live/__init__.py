"""The ladder, live: trained models in a file that a web page reads, and the engine that runs them.

`engine/` holds the models once more, in plain JavaScript, with the same names as in Python.
"""
