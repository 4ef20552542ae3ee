"""Which blocks of a page are its main content: features of each block, and small networks over them."""
