"""The screens of privacy: who may do what, who looked at what, what two people decide, and a customer's own file."""
