"""A domain of one fact, so that the gateway is tested without a salon: notes pinned to a board."""
