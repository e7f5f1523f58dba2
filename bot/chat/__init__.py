"""The chat door: visitors, frames, and live following of conversations."""
