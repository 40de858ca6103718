-- How many interactions of each channel came in, day by day.
select time::date as day, channel, count(*) as interactions
from 'events.parquet'
where type = 'InteractionCaptured' and direction = 'inbound'
group by all
order by all;

-- Who wrote most, where the export is opened: `data` is JSON.
select participant->>'handle' as handle, count(*) as interactions
from (
  select unnest((data->'participants')::json[]) as participant
  from 'events.parquet'
  where type = 'InteractionCaptured'
)
where participant->>'role' = 'customer'
group by all
order by interactions desc, handle
limit 10;

-- How long sessions lasted, from what was said first to their end, in minutes.
select date_diff('minute', min(time) filter (type = 'InteractionCaptured'), max(time) filter (type = 'SessionEnded')) as minutes
from 'events.parquet'
where stream like 'conversation-%'
group by stream
having count(*) filter (type = 'SessionEnded') > 0
order by all;
