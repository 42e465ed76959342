"""Rules as data: one object that writes the rule's sentence and judges results by it, so that the two cannot part."""
