-- Which directory of tenants is which, so that whoever comes with another one is noticed: docs/tenants.md.
CREATE TABLE directory_identity (
  -- 'own': of the directory in this database. 'ruler': of the directory that has the tenants who share this database.
  role TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL
) WITHOUT ROWID;
