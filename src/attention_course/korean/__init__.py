"""Korean itself: Hangul by arithmetic, how a word sounds, and Latin letters for it."""
