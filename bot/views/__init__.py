"""Domain objects to localised text, keyboards and pictures. Pure: same input, same output."""
