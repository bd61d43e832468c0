"""What the gate room shows: the contexts of its pages and the queries behind them."""
