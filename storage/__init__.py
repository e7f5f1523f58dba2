"""SQLModel tables, transactions and queries; nothing else."""
