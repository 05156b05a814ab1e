error-already-closed = 这个房位已经停用。
error-not-closed = 这个房位没有停用。
error-place-in-use = 现在有客人正在用这个房位，不能改成别的类型。请等客人用完再改。
