-- MySQL ends a transaction with each statement here, so each may have been done before.
CREATE TABLE IF NOT EXISTS {prefix}outbox (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  environment VARCHAR(64) NOT NULL,
  domain VARCHAR(255) NOT NULL,
  tag VARCHAR(255) NOT NULL,
  forced SMALLINT NOT NULL,
  subject VARCHAR(255),
  actor VARCHAR(255),
  reason VARCHAR(255),
  change_id VARCHAR(64) NOT NULL,
  appended_at_ms BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL DEFAULT 'waiting',
  holder VARCHAR(64),
  held_from_ms BIGINT NOT NULL DEFAULT 0,
  held_until_ms BIGINT NOT NULL DEFAULT 0,
  attempts INT NOT NULL DEFAULT 0,
  problem_code VARCHAR(64),
  problem_message TEXT,
  problem_at_ms BIGINT,
  batch_id VARCHAR(64),
  probed_at_ms BIGINT,
  probe_problem TEXT,
  KEY {prefix}outbox_state (environment, state, id),
  KEY {prefix}outbox_batch (batch_id),
  KEY {prefix}outbox_tag (environment, tag, change_id, id),
  KEY {prefix}outbox_subject (environment, subject, change_id, id),
  KEY {prefix}outbox_actor (environment, actor, change_id, id),
  KEY {prefix}outbox_change (environment, change_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS {prefix}batch (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  environment VARCHAR(64) NOT NULL,
  batch_id VARCHAR(64) NOT NULL,
  domain VARCHAR(255) NOT NULL,
  forced SMALLINT NOT NULL,
  tags MEDIUMTEXT NOT NULL,
  directories MEDIUMTEXT,
  state VARCHAR(16) NOT NULL,
  pass INT NOT NULL,
  attempts INT NOT NULL,
  calls MEDIUMTEXT NOT NULL,
  row_total INT NOT NULL,
  holder VARCHAR(64),
  held_from_ms BIGINT NOT NULL,
  held_until_ms BIGINT NOT NULL,
  problem_code VARCHAR(64),
  problem_message TEXT,
  problem_at_ms BIGINT,
  ended_at_ms BIGINT,
  KEY {prefix}batch_batch (batch_id),
  KEY {prefix}batch_due (environment, state, held_until_ms),
  KEY {prefix}batch_ended (environment, ended_at_ms, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS {prefix}turn (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account VARCHAR(255) NOT NULL,
  slot INT NOT NULL,
  holder VARCHAR(64),
  held_from_ms BIGINT NOT NULL DEFAULT 0,
  held_until_ms BIGINT NOT NULL DEFAULT 0,
  UNIQUE KEY {prefix}turn_slot (account, slot)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The row of an environment is locked by whoever is claiming in it.
CREATE TABLE IF NOT EXISTS {prefix}environment (
  name VARCHAR(64) NOT NULL PRIMARY KEY
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
