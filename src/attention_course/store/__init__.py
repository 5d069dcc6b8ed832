"""Files that survive: checkpoints, copies on drives, and whether a stored run may go on."""
