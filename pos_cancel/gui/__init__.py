"""The window. The only room that knows Qt; it decides nothing about money."""
