# 发往店外的消息：短信与邮件。

code-message-subject = { $store }：验证码
code-message-sign-in = 【{ $store }】验证码 { $code }，{ $minutes } 分钟内有效。请勿告诉他人，我们不会向您索要。
code-message-contact = 【{ $store }】验证码 { $code }，用于确认您的新联系方式，{ $minutes } 分钟内有效。如非本人操作，请忽略。
code-message-staff-mail = 【{ $store }】验证码 { $code }，用于确认您员工账号的邮箱，{ $minutes } 分钟内有效。如非本人操作，请告知店长。
reset-message-subject = { $store }：设置新密码
reset-message =
    有人为您在{ $store }的账号申请了新密码。请在 { $minutes } 分钟内打开下面的链接设置，链接只能使用一次：

    { $link }

    如非本人操作，请忽略这封邮件，您的密码不会改变。
notice-message-subject = { $store }：您的账号有变动
notice-message =
    您在{ $store }的账号有一项变动：{ $what }

    如非本人操作，请立即告知店长。
notice-password = 密码已更换。
notice-factor-set = 已开启验证器应用。
notice-factor-removed = 已关闭验证器应用。
notice-passkey-added = 添加了一个通行密钥。
notice-passkey-removed = 移除了一个通行密钥。
notice-passkey-copy = 有人使用了您的通行密钥的副本，登录已被拒绝。请移除这个通行密钥。
notice-mail = 此邮箱今后不再接收您账号的变动通知和重设密码的链接。
notice-recovery-code = 使用了一个备用恢复码登录。
alarm-message-subject = { $store }：{ $rule }
alarm-message =
    { $store }有一条警报：{ $count ->
        [1] { $rule }。
       *[other] { $rule }，{ $minutes } 分钟内 { $count } 次。
    }

    请查看，并附上说明后关闭：{ $link }

    警报不是结论，只是请您过问。
