-- Whether it was ever refused because it did not prove that it comes from its sender, whatever became of it since.
ALTER TABLE deliveries ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0;
