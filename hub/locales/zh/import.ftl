import-file = { $file } — { $kind }
import-counts = 共 { $rows } 行：导入 { $imported }，合并 { $merged }，拒收 { $rejected }
import-total = 总计 { $rows } 行：导入 { $imported }，合并 { $merged }，拒收 { $rejected }。
import-kept-for-later = 其中 { $count } 行按原样保存，留待以后使用。
import-row-imported = 第 { $line } 行：已导入，{ $reason }
import-row-merged = 第 { $line } 行：已合并，{ $reason }
import-row-rejected = 第 { $line } 行：拒收，{ $reason }
import-warning-of-file = 提示（{ $file }）：{ $said }
import-warning-of-lines = 提示（{ $file } 第 { $lines } 行）：{ $said }
import-lines-and-more = { $lines } 等（另有 { $more } 处）
import-file-refused = { $file } 未作任何更改：{ $reason }

import-kind-services = 服务项目表
import-kind-bookings = 预约
import-kind-no-shows = 爽约记录
import-kind-cancellations = 取消记录
import-kind-receipts = 收银流水
import-kind-products = 商品

import-imported-service = 服务项目
import-imported-booking = 预约
import-imported-cancellation = 已取消的预约
import-imported-no-show = 爽约
import-imported-kept-for-later = 按原样保存，留待以后使用

import-merged-duplicate = 与 { $other_file } 第 { $other_line } 行相同
import-merged-service-differs = 该项目已在 { $other_file } 第 { $other_line } 行，内容不同，以前者为准
import-merged-product-differs = 该商品已在 { $other_file } 第 { $other_line } 行，内容不同，以前者为准
import-merged-no-show-of-booking = 对应 { $other_file } 第 { $other_line } 行的预约，客人未到
import-merged-cancellation-of-kept-booking = 曾取消，但同一天已在 { $other_file } 第 { $other_line } 行重新预约，该预约保留
import-merged-no-show-of-known-booking = 对应之前导入的预约，客人未到
import-merged-cancellation-of-known-booking = 取消之前导入的预约
import-merged-cancellation-before-known-booking = 曾取消，但之前导入的预约是同一天重新预约的，该预约保留
import-merged-already-imported = 之前已导入

import-rejected-unclosed-quote = 引号没有闭合
import-rejected-line-too-long = 这一行过长
import-rejected-undecodable = 有字符已损坏
import-rejected-control-characters = 含有控制字符
import-rejected-empty-row = 所有单元格都是空的
import-rejected-repeated-header = 表头重复出现
import-rejected-too-few-columns = 应有 { $expected } 列，只有 { $found } 列
import-rejected-too-many-columns = 应有 { $expected } 列，却有 { $found } 列
import-rejected-columns-disagree = “{ $column }”列出现两次，内容不一致
import-rejected-missing-value = “{ $column }”为空
import-rejected-value-too-long = 有内容超过 { $most } 个字符
import-rejected-bad-date = “{ $value }”（{ $column }）不是有效日期
import-rejected-bad-time = “{ $value }”不是有效时间
import-rejected-times-disagree = 两个时间不一致：“{ $time }”与分钟数“{ $minute }”，请手工录入这条预约
import-rejected-time-does-not-exist = { $value } 因夏令时开始而不存在
import-rejected-bad-number = “{ $value }”（{ $column }）不是数字
import-rejected-bad-price = { $value } 不是项目可用的价格
import-rejected-card-number = 含有疑似银行卡号的数字，此类号码不予保存
import-rejected-nobody-named = 既没有客人，也没有指定技师
import-rejected-refused-by-hub = 系统未接受（{ $code }）
import-rejected-held-back = 暂不导入：有文件未通过检查，本次没有写入任何内容

import-file-refused-not-a-folder = 无法作为文件夹打开（{ $cause }）
import-file-refused-no-files = 文件夹里没有 CSV 文件
import-file-refused-too-many-files = 共 { $found } 个文件，一次最多 { $most } 个
import-file-refused-unreadable = 无法读取（{ $cause }）
import-file-refused-not-a-file = 是文件夹或设备，不是文件
import-file-refused-empty = 文件是空的
import-file-refused-too-large = 文件过大（{ $bytes } 字节，最多 { $most }）
import-file-refused-too-many-rows = 超过 { $most } 行
import-file-refused-not-text = 不是文本文件
import-file-refused-another-format = 这是 { $format } 文件，不是 CSV
import-file-refused-unknown-header = 没有找到可识别的表头
import-file-refused-missing-columns = 看起来是{ $kind }，但缺少这些列：{ $columns }
import-file-refused-name-contradicts-content = 文件名是{ $claimed }，内容却是{ $found }
import-file-refused-date-order-contradicts-mapping = { $found ->
    [day_first] 日期是“日”在前，请在对照表中设置“dates: day_first”
   *[month_first] 日期是“月”在前，请在对照表中设置“dates: month_first”
  }

import-warning-file-ignored = 不是 CSV 文件，未读取
import-warning-encoding-guessed = 编码是推测的（{ $encoding }），请核对特殊字符
import-warning-lines-before-header = 跳过了表头上方的 { $lines } 行
import-warning-duplicate-column = “{ $column }”列出现两次
import-warning-extra-columns = 未识别、未使用的列：{ $columns }
import-warning-columns-left-empty = 缺少、按空值处理的列：{ $columns }
import-warning-one-time-only = { $column ->
    [minute] 时间无法读取，采用了分钟数（TimeInt）
   *[time] 分钟数（TimeInt）无法读取，采用了时间
  }
import-warning-hour-twice = 夏令时结束时这一小时出现两次，按第一次处理
import-warning-no-customer = 没有客人编号，作为未知客人的预约保留
import-warning-no-staff = 没有指定技师，按不点钟处理
import-warning-unknown-service = 对照表里没有 { $service } 的时长，按类别或默认值取 { $minutes } 分钟
import-warning-service-not-listed = { $service } 有预约，但不在服务项目表里
import-warning-service-without-name = { $service } 在项目表里没有名称
import-warning-unknown-staff = 对照表里没有 { $staff }，已加入团队，等级 3
import-warning-double-booked = { $staff } 同一分钟已有 { $other_file } 第 { $other_line } 行的预约，两条都保留，由排程错开
import-warning-booked-twice-that-day = 同一客人、项目和技师在同一天的另一时间已有 { $other_file } 第 { $other_line } 行，两条都保留
import-warning-days-disagree = 报表写提前 { $days } 天，按日期是 { $counted } 天，以日期为准
import-warning-cancelled-afterwards = 在预约日之后 { $days } 天才取消，照原样保留
import-warning-no-show-without-booking = 找不到这次爽约的预约，保留但没有具体时间

import-mapping-refused = 对照表 { $file } 无法使用：
import-mapping-problem = { $where ->
    [none] { $what }
   *[other] { $where }：{ $what }
  }

import-stopped-zone-differs = 门店的时区是 { $store }，对照表写的是 { $book }。没有写入任何内容。
import-stopped-currency-differs = 门店的货币是 { $store }，对照表写的是 { $book }。没有写入任何内容。
import-stopped-database-unknown = 门店的数据库与当前版本不符：{ $cause }。没有写入任何内容。
import-stopped-data-unusable = { $data } 不能用作门店的文件夹（{ $cause }）。没有写入任何内容。
import-stopped-unavailable = 门店的数据库一直忙碌。未被拒绝的内容已保留，请再次导入其余部分。
import-dry-run = 试运行：没有写入任何内容。
import-store-opened = 已在 { $data } 开设新门店。以下账号仅显示这一次：
import-shift-refused = { $staff } 在 { $day } 的班次未能写入（{ $code }）。

replay-no-store = { $data } 里没有门店。请先导入：salon-hub import salon-csv 文件夹 --data { $data }
replay-no-such-day = { $data } 里没有 { $day } 的预约。{ $first ->
    [none] 里面一条预约也没有。
   *[other] 已有的预约从 { $first } 到 { $last }。
  }
replay-only-sqlite = 只有数据库是文件的门店才能重演。
replay-database-unknown = 门店的数据库与当前版本不符：{ $cause }
replay-begins = 把 { $day } 当作 { $today } 重演：{ $bookings } 个预约，其中 { $no_shows } 位不会来，{ $cancels } 位会取消。在门店的副本上运行；新链接：salon-hub links --data { $data }
demo-other-store = { $data } 里是正式门店。演示使用自己的门店，请用 --data 指定另一个文件夹。
