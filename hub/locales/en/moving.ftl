# salon-hub migrate-to-postgres, at the terminal.
moving-no-store = There is no store at { $path }.
moving-in-use = A hub, or another program, has { $path } open. Stop it first: what it would write meanwhile would be lost.
moving-old-schema = The store was written by an older release. Start this release's hub on it once, stop it, and come again.
moving-newer-schema = The store has version { $version }, which this release does not know: a newer one wrote it. Install that release, and move the store with it.
moving-not-postgresql = The new database must be a PostgreSQL: postgresql://user:password@host/name
moving-not-empty = The new database is not empty and holds something else (table { $table }). Nothing was changed.
moving-target-schema = The new database has tables that are not this release's. Nothing was changed.
moving-obstacles = PostgreSQL would not take these values, so nothing was moved: { $where }
moving-differs = Table { $table } does not read back as it was. Nothing was moved; the new database is as before.
moving-broken-chain = The log of store { $store } does not follow on at fact { $seq }. Nothing was moved.
moving-away = The new database does not answer: { $reason }
moving-failed = The new database refuses: { $reason }. Nothing was moved.
moving-chain = Log of store { $store }: { $seq } facts, the chain holds
moving-would = Dry run: { $rows } rows of { $tables } tables would be moved and read back alike. Nothing was changed.
moving-was-there = The new database holds these { $rows } rows already; the old store is marked as moved.
moving-done = Moved { $rows } rows of { $tables } tables, read back alike. The old store is marked as moved.
moving-next = From now on: SALON_HUB_DATABASE_URL=postgresql://… salon-hub serve --data { $data }. Keep { $key } and the keyring beside it: the values in the new database open with them alone.
