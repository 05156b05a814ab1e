error-already-closed = 这个房位已经停用。
error-not-closed = 这个房位没有停用。
