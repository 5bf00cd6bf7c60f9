"""People with screens in the simulated town: their keys come from a seed, and the oracle reads what they see."""
