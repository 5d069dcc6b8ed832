"""Exercises of chapter 5: the mask of a prompt, turned places, a step with a cache, the nucleus."""

from attention_course.exercises.cached_step import CACHED_STEP
from attention_course.exercises.nucleus import NUCLEUS
from attention_course.exercises.prompt_mask import PROMPT_MASK
from attention_course.exercises.rotary import ROTARY

EXERCISES = (PROMPT_MASK, ROTARY, CACHED_STEP, NUCLEUS)
