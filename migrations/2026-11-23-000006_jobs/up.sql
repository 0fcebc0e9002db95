CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind <> ''),
    queue text NOT NULL CHECK (queue <> ''),
    payload jsonb NOT NULL,
    state text NOT NULL DEFAULT 'available' CHECK (state IN ('available', 'running', 'completed', 'discarded', 'cancelled')),
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 3),
    run_at timestamptz NOT NULL DEFAULT now(),
    attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    max_attempts integer NOT NULL CHECK (max_attempts >= 1),
    lease_until timestamptz,
    leased_by text,
    last_error text,
    unique_key text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state = 'running') = (leased_by IS NOT NULL)),
    CHECK ((state IN ('completed', 'discarded', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK (unique_key IS NULL OR state = 'available')
);

COMMENT ON TABLE jobs IS 'Work that is done outside a request, enqueued with the change that wants it. All times are by this server''s clock.';
COMMENT ON COLUMN jobs.id IS 'UUIDv7: its order is the order of enqueuing.';
COMMENT ON COLUMN jobs.payload IS 'What the kind''s type in Rust reads.';
COMMENT ON COLUMN jobs.priority IS '0 goes first, 3 last.';
COMMENT ON COLUMN jobs.run_at IS 'Not before then.';
COMMENT ON COLUMN jobs.attempt IS 'How often it was begun; counted when it is claimed.';
COMMENT ON COLUMN jobs.lease_until IS 'Until when its worker must be heard of; after that the job is another''s to take.';
COMMENT ON COLUMN jobs.leased_by IS 'The worker and its claim; no two claims have the same.';
COMMENT ON COLUMN jobs.last_error IS 'Why the last attempt failed, or why it was given up.';
COMMENT ON COLUMN jobs.unique_key IS 'At most one waiting job of a kind has it; cleared when the job is claimed.';

-- A claim reads one range of this for each priority, and stops at the first job that is not due.
CREATE INDEX jobs_available ON jobs (queue, priority, run_at, id) WHERE state = 'available';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_unique_key ON jobs (kind, unique_key) WHERE unique_key IS NOT NULL;

-- Every job leaves two dead rows behind, so the usual fifth of the table would be far too late.
ALTER TABLE jobs SET (
    autovacuum_vacuum_scale_factor = 0.01,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0.05
);

CREATE TABLE job_ticks (
    name text NOT NULL,
    tick timestamptz NOT NULL,
    PRIMARY KEY (name, tick)
);

COMMENT ON TABLE job_ticks IS 'The ticks of the schedules that have been enqueued: whoever writes the row enqueues the job.';
COMMENT ON COLUMN job_ticks.name IS 'The schedule''s.';
