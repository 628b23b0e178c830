"""Plays a Sev-2 incident against the resources that the engine made in the sandbox (design 6b)."""
