"""Speed, as ratios of medians in one run: what is promised, and what was measured."""
