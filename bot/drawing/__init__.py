"""Pictures for cards: series and counts into charts by matplotlib, thumbnails into sheets by Pillow; pure."""
