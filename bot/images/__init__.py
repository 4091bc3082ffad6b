"""Images of the board, a provision and an alert: drawn as SVG, rendered as PNG."""
