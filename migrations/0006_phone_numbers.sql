-- Where national phone numbers are dialled: without it, only numbers with a country code have a country.
ALTER TABLE organizations ADD COLUMN default_country TEXT;
