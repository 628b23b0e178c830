"""The rollback recorder: a Lambda function that turns events of CodeDeploy and CloudWatch into one record per rollback and tells people.

It imports the standard library and boto3 only: its files are the function's archive, and the compiler, the sandbox and the reports
read the same modules. Facts are merged purely (`facts`, `derive`, `record`); what touches AWS is `lookups`, `store` and `handler`.
"""
