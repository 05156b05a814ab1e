// Node's socket.io as the contender: the same sockets' protocol, the same bodies, no store. Prints its port.
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const SNAPSHOT = "x".repeat(Number(process.env.VIEW_BYTES ?? 0));

const http = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const value = JSON.parse(Buffer.concat(chunks).toString());
    const [seconds, nanoseconds] = process.hrtime(); // CLOCK_MONOTONIC, as Python's
    io.emit("view", value);
    const body = JSON.stringify({ begun: seconds + nanoseconds / 1e9 });
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  });
});
const io = new Server(http, { transports: ["websocket"], pingInterval: 5000, pingTimeout: 5000 });
io.on("connection", (socket) => {
  socket.on("watch", (asked, answer) => {
    socket.emit("view", { screen: asked.screen, view: { text: SNAPSHOT } });
    answer({ ok: true });
  });
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
