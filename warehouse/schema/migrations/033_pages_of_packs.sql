-- All pages of a pack must be found inside the transaction that compresses the pack anew.
CREATE INDEX raw_pack ON raw (coalesce(pack_id, id));
