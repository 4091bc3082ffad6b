"""From SVG to PNG, with our own fonts, beside the event loop; each picture once."""
