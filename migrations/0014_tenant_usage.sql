-- JSON: what the upkeep has counted of the tenant last, and when, so that a list of tenants asks no other database.
ALTER TABLE tenants ADD COLUMN usage TEXT;
