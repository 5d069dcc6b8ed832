"""An executable course on attention.

Every rung of the ladder is one sum, c_t = sum over s of weights[t, s] * states[s];
a chapter only says where the weights come from.
"""

__version__ = "0.1.0.dev0"
