"""Puts simulated devices on real transports: a broker, a pty, a bus."""
