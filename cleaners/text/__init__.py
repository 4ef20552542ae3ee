"""What is measured of any text: scripts, languages, shingles, MinHash signatures, differences."""
