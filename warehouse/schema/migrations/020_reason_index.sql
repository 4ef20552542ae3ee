-- Finds the few records of which a block was removed for a rare reason.
CREATE INDEX block_reason ON block (reason, document_id) WHERE reason IS NOT NULL;
