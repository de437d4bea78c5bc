"""HTML for people: the website, customers, suppliers, guides and the back office."""
