-- AUTOINCREMENT: the number of a row that was pruned is not given to a later one.
CREATE TABLE {prefix}outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  environment TEXT NOT NULL,
  domain TEXT NOT NULL,
  tag TEXT NOT NULL,
  forced INTEGER NOT NULL,
  subject TEXT,
  actor TEXT,
  reason TEXT,
  change_id TEXT NOT NULL,
  appended_at_ms INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting',
  holder TEXT,
  held_from_ms INTEGER NOT NULL DEFAULT 0,
  held_until_ms INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  problem_code TEXT,
  problem_message TEXT,
  problem_at_ms INTEGER,
  batch_id TEXT,
  probed_at_ms INTEGER,
  probe_problem TEXT
);

CREATE INDEX {prefix}outbox_waiting ON {prefix}outbox (environment, id) WHERE state = 'waiting';
CREATE INDEX {prefix}outbox_held ON {prefix}outbox (holder) WHERE holder IS NOT NULL;
CREATE INDEX {prefix}outbox_parked ON {prefix}outbox (environment, id) WHERE state = 'parked';
CREATE INDEX {prefix}outbox_batch ON {prefix}outbox (batch_id);
CREATE INDEX {prefix}outbox_tag ON {prefix}outbox (environment, tag, change_id, id);
CREATE INDEX {prefix}outbox_subject ON {prefix}outbox (environment, subject, change_id, id) WHERE subject IS NOT NULL;
CREATE INDEX {prefix}outbox_actor ON {prefix}outbox (environment, actor, change_id, id) WHERE actor IS NOT NULL;
CREATE INDEX {prefix}outbox_stale ON {prefix}outbox (environment, change_id) WHERE probe_problem IS NOT NULL;
CREATE INDEX {prefix}outbox_change ON {prefix}outbox (environment, change_id, id);

CREATE TABLE {prefix}batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  environment TEXT NOT NULL,
  batch_id TEXT NOT NULL,
  domain TEXT NOT NULL,
  forced INTEGER NOT NULL,
  tags TEXT NOT NULL,
  directories TEXT,
  state TEXT NOT NULL,
  pass INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  calls TEXT NOT NULL,
  row_total INTEGER NOT NULL,
  holder TEXT,
  held_from_ms INTEGER NOT NULL,
  held_until_ms INTEGER NOT NULL,
  problem_code TEXT,
  problem_message TEXT,
  problem_at_ms INTEGER,
  ended_at_ms INTEGER
);

CREATE INDEX {prefix}batch_batch ON {prefix}batch (batch_id);
CREATE INDEX {prefix}batch_due ON {prefix}batch (environment, held_until_ms)
  WHERE state IN ('passing', 'completing');
CREATE INDEX {prefix}batch_parked ON {prefix}batch (environment, id) WHERE state = 'parked';
CREATE INDEX {prefix}batch_settled ON {prefix}batch (environment, id) WHERE state = 'settled';
CREATE INDEX {prefix}batch_ended ON {prefix}batch (environment, ended_at_ms, id)
  WHERE ended_at_ms IS NOT NULL;

CREATE TABLE {prefix}turn (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL,
  slot INTEGER NOT NULL,
  holder TEXT,
  held_from_ms INTEGER NOT NULL DEFAULT 0,
  held_until_ms INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account, slot)
);
