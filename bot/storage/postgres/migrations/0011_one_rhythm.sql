-- A subscription has no schedule of its own any more. Where all of a chat have the same, it is the
-- chat's. The column stays for processes of the version before.
update chat c set timing = jsonb_set(
  coalesce(c.timing::jsonb, '{"zone": "UTC", "quiet": null, "muted_until": null}'),
  '{schedule}', s.schedule)::json
from (
  select chat_id, min(schedule::text)::jsonb as schedule from subscription group by chat_id
  having count(*) = count(schedule) and count(distinct schedule::text) = 1
) s
where s.chat_id = c.id;
