"""Speed and memory, each figure beside the figure of a floor that was run in the same call."""
