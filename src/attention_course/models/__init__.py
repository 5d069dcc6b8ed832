"""What the rungs are built with: the socket, masks, embeddings, the recurrent model."""
