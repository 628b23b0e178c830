"""An embedded stand-in for AWS, and the real Pulumi engine over it."""
