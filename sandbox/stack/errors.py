"""What can go wrong with the local stack, said in one sentence to the person at the keyboard."""


class StackError(Exception):
    """The stack can't do what was asked; the message says what to do about it."""
