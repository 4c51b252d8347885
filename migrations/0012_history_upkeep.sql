-- What the upkeep looks for in the history of all organisations; both are empty as a rule.

-- Organisations that keep their history for some days only.
CREATE INDEX organizations_with_retention ON organizations (id) WHERE history_days IS NOT NULL;
-- Attributes and objects that were erased, and whose values are not all gone from the history yet.
CREATE INDEX changes_to_forget ON changes (organization_id, sequence) WHERE action = 'schema_changed' AND delta IS NOT NULL;
