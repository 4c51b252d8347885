-- JSON: work that says where the tenant is, or takes it back in time, while it is under way. docs/tenants.md.
ALTER TABLE tenants ADD COLUMN claim TEXT;
-- JSON: where the tenant has been and something of it lies still, and whether that is to be erased.
ALTER TABLE tenants ADD COLUMN leftovers TEXT;

-- Such work stood in the place of a move.
UPDATE tenants SET
  claim = json_set(json_remove(move -> '$.claim', '$.left', '$.ended', '$.erasesOld'),
    '$.kind', iif(json_type(move, '$.claim.ended') IS NULL, 'place', 'rewind'),
    '$.since', move -> '$.claim.at',
    '$.from', move -> '$.claim.left',
    '$.grants', iif(json_type(move, '$.claim.ended') IS NULL, json('null'), json_object('credentials', (
      SELECT json_group_array(json_object('id', value, 'revoked_at', unixepoch() * 1000)) FROM json_each(move, '$.claim.ended'))))),
  leftovers = iif(json_type(move, '$.claim.left') IS NULL, NULL, json_array(json_object(
    'place', move -> '$.claim.left',
    'at', move -> '$.claim.at',
    'erase', json(iif(move ->> '$.claim.erasesOld', 'true', 'false'))))),
  move = NULL
WHERE CASE WHEN json_valid(move) THEN json_type(move, '$.claim') END = 'object';
