error-no-backup-keys = 还没有设置备份：请在系统主机上运行 salon-hub backup init。
error-backup-under-way = 已经有一个正在进行。
