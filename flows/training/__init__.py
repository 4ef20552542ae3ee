"""Makes the classifier's weights from a folder of annotated pages; not needed to clean."""
