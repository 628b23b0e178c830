"""What CloudWatch and the deployment mechanism would do, worked out from a plan and from numbers: no clock, no network, no files."""
