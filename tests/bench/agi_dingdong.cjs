// A FastAGI server on ding-dong. Arguments: the folder that holds node_modules. Prints its port.
const net = require("net");
const AgiServer = require(`${process.argv[2]}/node_modules/ding-dong`);

async function visit(call) {
  call.on("error", () => {});
  await call.onEvent("variables");
  const send = (line) => call.sendCommand(line);
  await send("ANSWER");
  await send('SET VARIABLE A "1"');
  await send('SET VARIABLE B "hello"');
  await send('SET VARIABLE C "sales"');
  await send("GET VARIABLE CALLERID(num)");
  await send('STREAM FILE welcome ""');
  const segment = (await send("GET DATA menu 1 1")).result === "1" ? "vip" : "plain";
  await send(`SET VARIABLE X "${segment}"`);
  await send(`SET VARIABLE RESULT "${segment}"`);
  await send('VERBOSE "done" 1');
  await send('SET VARIABLE NEXT "queue"');
  await send('SET VARIABLE AGI_OK "1"');
  call.end();
}

// ding-dong does not tell which port it took, so a free one is looked up first.
const probe = net.createServer();
probe.listen(0, "127.0.0.1", () => {
  const { port } = probe.address();
  probe.close(() => {
    new AgiServer(visit).start(port, "127.0.0.1");
    setTimeout(() => console.log(port), 200);
  });
});
