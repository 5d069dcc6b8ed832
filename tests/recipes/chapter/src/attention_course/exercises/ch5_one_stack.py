"""Exercises of chapter 5: one question in words, no function yet."""

from attention_course.exercises.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()
