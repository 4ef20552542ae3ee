"""Which blocks of a page are its main content: facts of each block, and small networks over them."""
