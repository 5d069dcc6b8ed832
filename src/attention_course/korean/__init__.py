"""Korean: Hangul by arithmetic, how a word sounds, and a grammar that writes sentences.

The grammar, from the ground up: `endings` (particles and verb endings by rule), `predicates` (a
verb in both languages), `phrases` (words that remember where they come from), `lexicon` (the tables
of the folder `lexicon`), `writer` (the dice, the words used so far, the switches), `noun_phrases`,
`draft`, `choosing`, `ordering` and `building` (a clause), `clauses` (clauses that describe a noun),
`states`, `stories` and `deeds` (why, and what comes before or after), `longer`, `reports`,
`passages`, `scenes`, `likenesses`, `questions`; `sentences` lists the kinds and how often each
comes. `data.pocket_korean` makes a corpus of them, and `gloss` tells what a word means.
"""
