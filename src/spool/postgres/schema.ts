/*
 * Words of all files of this folder:
 *
 * - life: one process of a host, from its start to its end
 * - commit: one transaction that changes the queue, for one verb or several (`Tx`)
 * - lock: the row of the table `feed`. A commit holds this row, so commits run one after another
 * - change: an event of the queue with its number, one row of the table `change`
 * - edge: a pair of a job (`parent`) and a job that waits for it (`child`)
 * - forget: remove an ended job but keep the digest of its idempotency key; or remove the row of a lost host
 * - lost host: a host without a sign of life for so long that other hosts take its jobs away (`lost-hosts`)
 */

/** The format of the tables that this program writes. */
export const FORMAT = 1

/** The schema that has all tables and functions of plotd. */
export const SCHEMA = 'plotd'

/** The channel on which hosts learn that there are changes. */
export const CHANNEL = 'plotd'

/** SQLSTATE of `flush` when another life of this host has begun, or another host has forgotten this host. */
export const FENCED = 'PF001'
/** SQLSTATE of `flush` when a newer program has changed the tables. */
export const NEWER = 'PF002'

/** For each format, the statements that upgrade it to the next. The first entry is for format 1. */
export const UPGRADES: readonly string[] = []

/**
 * The statements that create the tables.
 *
 * - The row of `feed` is the one lock: a commit that changes the queue holds it. So the order of commits is the order
 *   of events, and event numbers have no gaps.
 * - `record` is the job without its progress. Most queries search in the columns beside `record`. The type of `record`
 *   is `json` and not `jsonb`, because `jsonb` refuses \u0000 and changes the text.
 * - A job that is worked on has `token`, with the host and its life. `lost` is the token of a canceled plot, whose
 *   holder may still report what is on the paper.
 * - A line is the queue of the jobs that the same plotters may draw. `line` has the plotters of each line, so that a
 *   plotter reads only the first jobs of its own lines.
 * - `edge` has the parents of each scheduled or held job, and of no other job.
 * - `life` is one process of a host, and `place` identifies the computer on which it runs.
 *
 * @param secret  the secret by which the hosts prove their identity to each other, base64url
 */
export const create = (secret: string): string => `
CREATE TABLE feed (
  one int PRIMARY KEY CHECK (one = 1), format int NOT NULL, seq bigint NOT NULL, last_id text NOT NULL,
  lo float8 NOT NULL, hi float8 NOT NULL, ended int NOT NULL, paused text NOT NULL, secret text NOT NULL
) WITH (fillfactor = 10);
INSERT INTO feed VALUES (1, ${FORMAT}, 0, '', 0, 0, 0, '[]', '${secret}');

CREATE TABLE job (
  id text COLLATE "C" PRIMARY KEY, status text COLLATE "C" NOT NULL, priority float8 NOT NULL, ord float8 NOT NULL,
  line text COLLATE "C", run_at float8, ended_at float8, task text COLLATE "C" NOT NULL, tags text[] NOT NULL,
  words text NOT NULL, rank int NOT NULL, major float8 NOT NULL, minor float8 NOT NULL, key text COLLATE "C",
  params_file text COLLATE "C", host text, life text, token text, lost text, tick bigint NOT NULL DEFAULT 0,
  progress json, record json NOT NULL
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
CREATE INDEX job_render ON job (priority DESC, ord, id) WHERE status = 'queued';
CREATE INDEX job_plot ON job (line, status, priority DESC, ord, id)
  WHERE line IS NOT NULL AND status IN ('queued', 'started', 'rendered');
CREATE INDEX job_wait ON job (priority, ord) WHERE status IN ('scheduled', 'held', 'queued', 'rendered');
CREATE INDEX job_due ON job (run_at) WHERE status = 'scheduled' AND run_at IS NOT NULL;
CREATE INDEX job_ended ON job (ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX job_place ON job (rank, major, minor, id);
CREATE INDEX job_held ON job (host, life) WHERE token IS NOT NULL;
CREATE INDEX job_params ON job (params_file) WHERE params_file IS NOT NULL;
CREATE UNIQUE INDEX job_key ON job (key) WHERE key IS NOT NULL;
CREATE SEQUENCE tick;

CREATE TABLE line (name text COLLATE "C" PRIMARY KEY, plotters text[] NOT NULL);
CREATE TABLE params (sha text COLLATE "C" PRIMARY KEY, body text NOT NULL);
CREATE TABLE edge (parent text COLLATE "C", child text COLLATE "C", PRIMARY KEY (parent, child));
CREATE INDEX edge_child ON edge (child);
CREATE TABLE log (
  n bigserial PRIMARY KEY, job text COLLATE "C" NOT NULL REFERENCES job ON DELETE CASCADE, at float8 NOT NULL,
  message text NOT NULL
);
CREATE INDEX log_job ON log (job, n);
CREATE TABLE forgotten (n bigserial PRIMARY KEY, digest text COLLATE "C" UNIQUE NOT NULL, id text COLLATE "C" NOT NULL);
CREATE TABLE change (
  seq bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), host text NOT NULL, type text NOT NULL, id text COLLATE "C", was text,
  progress json, body json
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
CREATE TABLE host (
  id text COLLATE "C" PRIMARY KEY, life text NOT NULL, place text NOT NULL, beats bigint NOT NULL DEFAULT 0,
  commits bigint NOT NULL DEFAULT 0, offer json
) WITH (fillfactor = 20);
CREATE TABLE token (name text COLLATE "C" PRIMARY KEY, role text NOT NULL, sha256 text NOT NULL, created_at float8 NOT NULL);
CREATE TABLE version (name text COLLATE "C" PRIMARY KEY, n bigint NOT NULL);
INSERT INTO version VALUES ('token', 0);

CREATE FUNCTION flush(
  f json, jobs json, changes json, edges json, unedged text[], bodies json, gone text[], keys json, lines json
) RETURNS void LANGUAGE plpgsql SET search_path TO ${SCHEMA} SET enable_seqscan = off SET enable_hashjoin = off
  SET enable_mergejoin = off AS $$
BEGIN
  UPDATE host SET commits = (f->>'commit')::bigint WHERE id = f->>'host' AND life = f->>'life';
  IF NOT FOUND THEN RAISE EXCEPTION 'another start of host % has taken its place', f->>'host' USING ERRCODE = '${FENCED}'; END IF;
  UPDATE feed SET seq = (f->>'seq')::bigint, last_id = f->>'lastId', lo = (f->>'lo')::float8, hi = (f->>'hi')::float8,
    ended = (f->>'ended')::int, paused = f->>'paused' WHERE format = (f->>'format')::int;
  IF NOT FOUND THEN RAISE EXCEPTION 'a newer plotd has changed the tables' USING ERRCODE = '${NEWER}'; END IF;
  IF bodies IS NOT NULL THEN
    INSERT INTO params SELECT sha, body FROM json_to_recordset(bodies) AS b(sha text, body text) ON CONFLICT DO NOTHING;
  END IF;
  IF lines IS NOT NULL THEN
    INSERT INTO line SELECT name, plotters FROM json_to_recordset(lines) AS l(name text, plotters text[])
      ON CONFLICT DO NOTHING;
  END IF;
  IF jobs IS NOT NULL THEN
    INSERT INTO job SELECT id, status, priority, ord, line, run_at, ended_at, task, tags, words, rank, major, minor, key,
        params_file, host, life, token, lost, 0, progress::json, record::json
      FROM json_to_recordset(jobs) AS x(id text, status text, priority float8, ord float8, line text, run_at float8,
        ended_at float8, task text, tags text[], words text, rank int, major float8, minor float8, key text,
        params_file text, host text, life text, token text, lost text, progress text, record text)
      ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, priority = EXCLUDED.priority, ord = EXCLUDED.ord,
        line = EXCLUDED.line, run_at = EXCLUDED.run_at, ended_at = EXCLUDED.ended_at, rank = EXCLUDED.rank,
        major = EXCLUDED.major, minor = EXCLUDED.minor, host = EXCLUDED.host, life = EXCLUDED.life,
        token = EXCLUDED.token, lost = EXCLUDED.lost, progress = EXCLUDED.progress, record = EXCLUDED.record;
  END IF;
  IF unedged IS NOT NULL THEN DELETE FROM edge WHERE child = ANY(unedged); END IF;
  IF edges IS NOT NULL THEN
    INSERT INTO edge SELECT parent, child FROM json_to_recordset(edges) AS e(parent text, child text)
      ON CONFLICT DO NOTHING;
  END IF;
  IF changes IS NOT NULL THEN
    -- The last change of a job in a commit has no record of its own: it takes the record of the job's row.
    INSERT INTO change (seq, host, type, id, was, progress, body)
      SELECT c.seq, f->>'host', c.type, c.id, c.was, coalesce(c.progress::json, j.progress), coalesce(c.body::json, j.record)
      FROM json_to_recordset(changes) AS c(seq bigint, type text, id text, was text, progress text, body text)
      LEFT JOIN job j ON j.id = c.id AND c.type = 'changed' AND c.body IS NULL;
    PERFORM pg_notify('${CHANNEL}', f->>'seq');
  END IF;
  IF gone IS NOT NULL THEN
    DELETE FROM edge WHERE child = ANY(gone);
    DELETE FROM params p USING job j WHERE j.id = ANY(gone) AND p.sha = j.params_file
      AND NOT EXISTS (SELECT FROM job o WHERE o.params_file = p.sha AND o.id <> ALL(gone));
    DELETE FROM job WHERE id = ANY(gone);
  END IF;
  IF keys IS NOT NULL THEN
    INSERT INTO forgotten (digest, id) SELECT digest, id FROM json_to_recordset(keys) AS k(digest text, id text)
      ON CONFLICT DO NOTHING;
  END IF;
END $$;

-- The jobs in roots, and all jobs that wait for them, directly or not. The query must use the index. Without
-- statistics the planner would read all edges once for each generation, and once for each child of a parent with many
-- children. LATERAL with OFFSET forbids that.
CREATE FUNCTION waiting_for(roots text[]) RETURNS SETOF text LANGUAGE sql STABLE
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET search_path TO ${SCHEMA} AS $$
  WITH RECURSIVE below(id) AS (
    SELECT unnest(roots) COLLATE "C" UNION
    SELECT e.child FROM below b CROSS JOIN LATERAL (SELECT child FROM edge WHERE parent = b.id OFFSET 0) e
  ) SELECT id FROM below
$$;
`
