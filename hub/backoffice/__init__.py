"""What surrounds the floor: identity, and in time members, money, stock, marketing and service."""
