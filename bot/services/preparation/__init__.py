"""The pass over a data set's images, from the listing to the descriptor."""
