import "./qr.css";

export type QrSource =
  | { /** SVG from the hub. */ src: string }
  | { /** Rows of a QR code without its margin: dark modules are 1, true or "1". */ matrix: readonly (string | readonly (number | boolean)[])[] };

function dark(module: string | number | boolean | undefined): boolean {
  return module === "1" || module === 1 || module === true;
}

/** One path with a rectangle for each run of dark modules. */
function path(matrix: readonly (string | readonly (number | boolean)[])[]): string {
  const runs: string[] = [];
  matrix.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      const start = x;
      while (x < row.length && dark(row[x])) x += 1;
      if (x > start) runs.push(`M${start} ${y}h${x - start}v1h${start - x}z`);
    }
  });
  return runs.join("");
}

const MARGIN = 4; // modules of quiet zone, ISO/IEC 18004

/** A QR code: always dark on white, as scanners expect it, also on a dark screen. */
export function QrImage({ label, size = "12rem", ...source }: QrSource & { label: string; size?: string }) {
  if ("src" in source) return <img class="qr" src={source.src} alt={label} style={{ width: size, height: size }} />;
  const side = source.matrix.length + 2 * MARGIN;
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`${-MARGIN} ${-MARGIN} ${side} ${side}`}
      shape-rendering="crispEdges"
      style={{ width: size, height: size }}
    >
      <path d={path(source.matrix)} fill="#111513" />
    </svg>
  );
}
