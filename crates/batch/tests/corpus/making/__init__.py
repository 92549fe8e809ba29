"""What make.py is made of: one module for each kind of list."""
