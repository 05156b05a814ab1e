signature-here = 请在这里签名
signature-clear = 清除
signature-done = 签好了
signature-changed = 文字刚刚有改动，请重新阅读后再签名。
