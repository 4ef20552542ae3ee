"""How bytes came to be text: encodings told apart, and text that was decoded wrongly put right."""
