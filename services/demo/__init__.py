"""The demo book: two years of invented customers, played through the real commands; the same for the same day."""

from services.demo.book import build

__all__ = ["build"]
