error-no-backup-keys = Backups are not set up yet: run “salon-hub backup init” on the hub's machine.
error-backup-under-way = One is under way already.
