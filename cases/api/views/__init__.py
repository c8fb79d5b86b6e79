"""One view set per object of the contract. Views parse, call one service or selector, and answer."""
