read-only-title = Read only.
read-only-text = { $cause ->
    [disk_full] The hub’s disk is full. Nothing new is taken until there is room.
    [disk_fault] The hub’s disk has a fault. Nothing new is taken until it works again.
    [locked] Another program holds the hub’s database. Nothing new is taken until it lets go.
    [damaged] The hub’s database is damaged. Nothing new is taken; a backup is needed.
   *[other] The hub may not write its database. Nothing new is taken until it may.
}
