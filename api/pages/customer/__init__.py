"""Pages that open by a link: for customers, suppliers and guides. The token is the only key."""
