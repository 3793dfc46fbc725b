"""Images as bytes: what can be said of them, and what becomes of them; pure, by Pillow."""
