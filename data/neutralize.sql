-- a copy of the database must not talk to NetSuite
DELETE FROM netsuite_secret;
DELETE FROM netsuite_memory;
UPDATE netsuite_backend SET state = 'draft', active = false;
UPDATE queue_job SET state = 'cancelled', date_cancelled = now() AT TIME ZONE 'UTC'
 WHERE model_name IN ('netsuite.backend', 'netsuite.fulfillment')
   AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started');
