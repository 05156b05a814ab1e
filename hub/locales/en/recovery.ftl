# The page that stands in for the hub while its store must not be opened.

recovery-title = The store cannot be opened
recovery-do = What to do
recovery-backups = Backups found
recovery-no-backups = None in the usual places. Look for copies on other disks and sticks.
recovery-restore = To restore, stop nothing; run this on the hub’s machine and give the recovery key when it waits:
recovery-kept = Nothing has been changed and nothing was begun anew. This page goes away by itself once the store can be opened.
recovery-cause-missing = There was a store here, and its file is gone.
recovery-cause-damaged = The store’s file is damaged.
recovery-cause-unreadable = The store’s file cannot be read at the moment.
recovery-cause-half-migrated = The store is incomplete: tables are missing.
recovery-cause-unreleased = The store was made before the first release, while its tables still changed; no release can bring it up to date.
recovery-cause-newer = The store was written by a newer release than this one.
recovery-cause-key-missing = The store is here, and the keys that open people’s data are not.
recovery-cause-key-wrong = These are not the keys of this store.
recovery-cause-upgrade-failed = The store could not be brought to this release. It is as it was before.
recovery-do-missing = Is its disk connected and mounted? If the file is lost, restore the newest backup. Only to begin anew with an empty store, remove the file that ends in .store beside the data folder.
recovery-do-damaged = Keep the damaged file, and restore the newest backup. If the disk is old, restore onto another one.
recovery-do-unreadable = Is the disk full, write-protected or failing, or does another program hold the file? Mend that, and the hub goes on by itself; no backup is needed for it.
recovery-do-half-migrated = Restore the newest backup.
recovery-do-unreleased = Go on with the program that made it. To use this release, begin anew in another folder and bring customers and bookings over as files (salon-hub import).
recovery-do-newer = Install the newer release again.
recovery-do-key-missing = Put the two key files back beside the data folder, from the copy that you keep apart. No backup holds them.
recovery-do-key-wrong = Put back the key files that belong to this store. Both must be of the same installation.
recovery-do-upgrade-failed = Make room on the disk and start again, or go back to the release before.
