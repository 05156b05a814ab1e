error-unknown-place-kind = 没有编号为“{ $code }”的房位类型，请先添加。
error-unknown-skill = 没有编号为“{ $code }”的技能，请先添加。
error-invalid-hours = 请同时填写营业开始和结束时间，两者不能相同。
error-unknown-consent-form = 没有代码为“{ $code }”的同意书，请先添加。
