# salon-hub migrate-to-postgres，终端输出。
moving-no-store = { $path } 没有门店数据。
moving-in-use = { $path } 正被中枢或别的程序打开。请先停掉它，否则它这期间写的内容会丢。
moving-old-schema = 门店数据是旧版本写的。请先用本版本启动一次中枢，停下后再来。
moving-newer-schema = 门店数据的版本 { $version } 是本版本不认识的：由更新的版本写成。请安装那个版本，再用它搬迁。
moving-not-postgresql = 新数据库必须是 PostgreSQL：postgresql://用户:密码@主机/库名
moving-not-empty = 新数据库不是空的，里面是别的内容（表 { $table }）。没有改动任何东西。
moving-target-schema = 新数据库里有不属于本版本的表。没有改动任何东西。
moving-obstacles = 下列值 PostgreSQL 不收，因此什么都没有搬：{ $where }
moving-differs = 表 { $table } 读回来和原来不一样。什么都没有搬，新数据库保持原样。
moving-broken-chain = 门店 { $store } 的记录在第 { $seq } 条接不上。什么都没有搬。
moving-away = 新数据库没有回应：{ $reason }
moving-failed = 新数据库拒绝：{ $reason }。什么都没有搬。
moving-chain = 门店 { $store } 的记录：{ $seq } 条，前后相接
moving-would = 试运行：{ $tables } 张表共 { $rows } 行可以搬，读回一致。没有改动任何东西。
moving-was-there = 新数据库里已经是这 { $rows } 行；旧门店数据已标记为“已搬走”。
moving-done = 已搬 { $tables } 张表共 { $rows } 行，读回一致。旧门店数据已标记为“已搬走”。
moving-next = 以后这样启动：SALON_HUB_DATABASE_URL=postgresql://… salon-hub serve --data { $data }。请保管好 { $key } 和旁边的密钥环，新库里的内容只有它们能打开。
