# 服务前和服务中的咨询

talk-skin = 皮肤类型
talk-preferences = 喜好和要求
talk-note = 本次记录
talk-allergy = 新的过敏或不耐受
talk-allergy-hint = 加密保存。下次起钟前，技师必须先看过。
talk-allergy-agreed = 客人同意本店保存这一条
talk-keep = 保存
talk-nothing = 还没有记录。
talk-no-name = 这位客人没有留姓名，不能保存记录。
talk-skin-normal = 中性
talk-skin-dry = 干性
talk-skin-oily = 油性
talk-skin-combination = 混合性
talk-skin-sensitive = 敏感性
