"""The formats of data sets: RecordIO, listings and augmented manifests."""
