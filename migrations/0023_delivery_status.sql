-- What failed or was rejected is looked for among many that were not. These alone stand in the index: who is delivered to
-- without a fault pays nothing for it.
CREATE INDEX deliveries_by_fault ON deliveries (organization_id, hook_id, status, id) WHERE status IN ('failed', 'rejected');
