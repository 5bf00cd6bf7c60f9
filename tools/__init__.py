"""Programs for those who work on Prosa: they are no part of what is installed."""
