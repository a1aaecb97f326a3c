"""Sending: what may go, its words, its bytes, the delivery."""
