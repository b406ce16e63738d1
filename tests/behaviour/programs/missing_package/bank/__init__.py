from .accounts import Account as Account
