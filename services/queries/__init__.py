"""Queries: DataFrames for lists, frozen dataclasses for cards; they never write."""
