"""The screens of identity: the start page, sign-in, and the manager's devices."""
