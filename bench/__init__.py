"""What `make bench` measures, as ratios side by side; none of it is a timed test."""
