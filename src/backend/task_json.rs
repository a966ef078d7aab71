//! Plain ECS JSON, ready for the AWS CLI.
