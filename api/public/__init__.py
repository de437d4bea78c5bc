"""Doors without a login: the website, customers, suppliers and guides."""
