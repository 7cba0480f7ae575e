"""Rules that look at a whole linked tree, and the packs that say how strict each of them is."""
