read-only-title = 只能查看。
read-only-text = { $cause ->
    [disk_full] 系统主机的磁盘满了，腾出空间之前不接受任何新操作。
    [disk_fault] 系统主机的磁盘出了故障，恢复之前不接受任何新操作。
    [locked] 数据库被别的程序占用，释放之前不接受任何新操作。
    [damaged] 数据库已损坏，不接受任何新操作，需要用备份恢复。
   *[other] 系统没有写入权限，恢复之前不接受任何新操作。
}
