"""The vocabulary of accounting: frozen values and plain rules, without a database, a network or a clock."""
