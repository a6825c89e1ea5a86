"""Briques : masques, attention, positions, normes, récurrences."""
