-- Whether an organisation has subscriptions is known by this table alone, whoever writes it: docs/subscriptions.md.
CREATE TRIGGER subscriptions_begun AFTER INSERT ON subscriptions BEGIN
  UPDATE organizations SET subscribed = 1 WHERE id = NEW.organization_id AND subscribed = 0;
END;

CREATE TRIGGER subscriptions_ended AFTER DELETE ON subscriptions BEGIN
  UPDATE organizations SET subscribed = 0 WHERE id = OLD.organization_id AND subscribed = 1
    AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.organization_id = OLD.organization_id);
END;

UPDATE organizations SET subscribed = EXISTS (SELECT 1 FROM subscriptions s WHERE s.organization_id = organizations.id)
WHERE subscribed <> EXISTS (SELECT 1 FROM subscriptions s WHERE s.organization_id = organizations.id);

-- Whoever looks for something to send asks this of every subscription.
CREATE INDEX dead_letters_wanted ON dead_letters (organization_id, subscription_id) WHERE wanted = 1;
