"""Rollguard inside a Pulumi program: what to import from your own.

```python
import pulumi
from rollguard.targets.pulumi import RollbackGuard

guard = RollbackGuard("checkout-api", "prod", root="../rollback-policies")
pulumi.export("rollbackAlarm", guard.rollback_alarm_name)
```
"""

from __future__ import annotations

from rollguard.targets.environment import Environment
from rollguard.targets.foundation import Foundation
from rollguard.targets.guard import RollbackGuard
from rollguard.targets.program import deploy

__all__ = ["Environment", "Foundation", "RollbackGuard", "deploy"]
