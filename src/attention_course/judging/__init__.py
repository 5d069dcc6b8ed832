"""Translations, their BLEU and accuracy, and attention held against gold."""
