"""Images of the board, the timeline, a provision and an alert: drawn as SVG, rendered as PNG."""
