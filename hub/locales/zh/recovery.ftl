# The page that stands in for the hub while its store must not be opened.

recovery-title = 无法打开本店数据
recovery-do = 怎么办
recovery-backups = 找到的备份
recovery-no-backups = 常用位置没有备份，请检查其他硬盘和 U 盘。
recovery-restore = 恢复方法：在系统主机上运行下面的命令，然后输入恢复密钥。
recovery-kept = 没有改动任何数据，也没有新建空店。数据能打开后，本页会自动消失。
recovery-cause-missing = 这里原来有本店的数据，现在文件不见了。
recovery-cause-damaged = 本店的数据文件已损坏。
recovery-cause-unreadable = 本店的数据文件暂时读不了。
recovery-cause-half-migrated = 本店的数据不完整，缺少数据表。
recovery-cause-unreleased = 这份数据是首个正式版本之前的程序建立的，当时数据表还在变动，任何正式版本都无法升级它。
recovery-cause-newer = 数据是由更新的版本写入的，当前版本打不开。
recovery-cause-key-missing = 数据在，但打开个人信息的密钥文件不在。
recovery-cause-key-wrong = 密钥文件不是这家店的。
recovery-cause-upgrade-failed = 数据升级没有成功，仍保持升级前的样子。
recovery-do-missing = 请确认数据盘已接好。若文件确实丢失，请恢复最近的备份。只有想重新开一家空店时，才删除数据目录旁以 .store 结尾的文件。
recovery-do-damaged = 保留损坏的文件，恢复最近的备份。硬盘老旧的话，请恢复到另一块硬盘上。
recovery-do-unreadable = 硬盘是否已满、被写保护或出了故障？文件是否正被其他程序占用？排除后系统自动继续，不必为此恢复备份。
recovery-do-half-migrated = 请恢复最近的备份。
recovery-do-unreleased = 请继续用建立它的程序。要用当前版本，请在另一个目录新建，再把客人和预约以文件导入（salon-hub import）。
recovery-do-newer = 请重新安装较新的版本。
recovery-do-key-missing = 请把另外保管的两个密钥文件放回数据目录旁边。备份里没有密钥。
recovery-do-key-wrong = 请放回属于这家店的密钥文件，两个文件必须来自同一套系统。
recovery-do-upgrade-failed = 请腾出磁盘空间后重新启动，或退回上一个版本。
