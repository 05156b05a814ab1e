/** A QR code from the camera. The decoder is loaded when it is first needed, from this hub and never from elsewhere. */
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

export interface Detector {
  detect(source: HTMLVideoElement | ImageBitmap): Promise<{ rawValue: string }[]>;
}

/** Cameras are for secure pages only: HTTPS, or the machine's own localhost. */
export function hasCamera(): boolean {
  return isSecureContext && navigator.mediaDevices?.getUserMedia !== undefined;
}

export async function qrDetector(): Promise<Detector> {
  const { BarcodeDetector, prepareZXingModule } = await import("barcode-detector/ponyfill");
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return new BarcodeDetector({ formats: ["qr_code"] }) as Detector;
}
