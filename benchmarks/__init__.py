"""The promises of speed, measured side by side. Ratios are the point; times drift."""
