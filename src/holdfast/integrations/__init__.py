"""One file per foreign system; none knows another, and only the app knows them."""
