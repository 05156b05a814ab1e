# 统一入口与网关拒绝时说的话。一句话说清，最后给出路。
error-invalid = 有内容填写得不对，请检查一下。
error-unknown-command = 系统不认识这个页面的请求，请刷新页面。
error-not-found = 找不到这条记录，或者您无权查看。
error-not-signed-in = 请先登录。
error-forbidden = 您没有这项权限，请找店长处理。
error-id-reused = 这次提交的编号已用过，请重新操作。
error-too-many = 操作太频繁了，请稍等一下。
error-conflict = 刚刚有人改动过，请再看一眼。
error-read-only = { $cause ->
    [disk_full] 系统主机的磁盘满了：现在只能查看，不能修改。
    [disk_fault] 系统主机的磁盘出了故障：现在只能查看，不能修改。
    [locked] 数据库被别的程序占用：暂时只能查看，不能修改。
    [damaged] 数据库已损坏：只能查看读得出的内容，不能修改。
   *[other] 系统暂时没有写入权限：现在只能查看，不能修改。
}
error-unavailable = 系统暂时忙不过来，请稍后再试。
error-malformed = 请求内容无法识别，请刷新页面。
error-foreign-origin = 这个请求不是从本店系统的页面发出的。
error-no-such-page = 这个地址下没有内容。
error-unknown-screen = 系统里没有这个页面。
error-method-not-allowed = 这个地址不接受此类请求。
error-too-large = 内容太大了，最多 { $limit_kb } kB。
error-unsupported-media = 这里只接受 { $expected } 格式。
error-unexpected = 系统出了点问题，已记录，编号 { $reference }。
error-no-store = 还没有建立门店。请在服务器上运行 salon-hub new 开店。
error-invalid-address = 邮箱地址不正确，请检查一下。
error-card-number = 这里像是一个银行卡号。系统从不保存卡号，请删掉后再保存。
