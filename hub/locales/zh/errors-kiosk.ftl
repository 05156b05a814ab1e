error-kiosk-step = 屏幕已经换了一步，请再点一次。
