# 隐私相关的拒绝原因。

error-unknown-permission = 没有这项权限，或者不能给这个角色。
error-grant-fixed = 这一项不能改：店长必须能回到这里，每个人都能用自己的账号，设备和客人也不能得到比默认更多的权限。
error-too-many-searched = 您在一小时内已经查了 { $count } 个完整号码。请按姓名或后四位查找，或在隐私页面请另一位同事批准。
error-too-many-revealed = 您在一小时内已经查看了 { $count } 位客人的联系方式。还需要更多，请在隐私页面请另一位同事批准。
error-not-your-customer = 只能查看和记录今天由您服务的客人。
error-in-one-hand = 最近 { $days } 天内，你们两人的账号由同一个人建立过或重置过登录方式。请由其他人批准，或过了这段时间再批准。
error-needs-another-person = 这是您自己提出的，需要另一个人批准。
error-approval-over = 这项申请已经处理、撤回、用过，或者已过期。
error-already-asked = 已经提出过同样的申请，正在等待答复。
error-still-expected = 这位客人还有未完成的预约或候补，请先取消。
error-reason-missing = 请简单写明原因。
error-keys-under-way = 密钥正在更换中。
