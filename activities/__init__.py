"""Side effects, idempotent, methods on one class per collaborator."""
