"""The fast directions against their definition: random networks, wrong rules that a comparison must see, and the comparison."""
