"""How long things live, and who puts them away."""
