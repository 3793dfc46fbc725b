"""Where data sets come from and go to: buckets, folders, zips."""
