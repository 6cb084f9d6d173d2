"""The walk to the registration form: a private conversation, step by step."""
