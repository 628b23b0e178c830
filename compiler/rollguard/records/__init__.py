"""Rollback records where they are kept, in a folder or in S3: found, checked, and judged by people beside them."""
