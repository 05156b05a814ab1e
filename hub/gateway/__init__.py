"""HTTP and sockets without a salon rule: it carries commands to the door and views to the screens."""
