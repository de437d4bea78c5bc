"""Pictures of every page, with bookings at every stage behind them."""
