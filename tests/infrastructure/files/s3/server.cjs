// node server.cjs PORT DIRECTORY BUCKET: an S3 server that verifies signatures; key and secret are "S3RVER".
const S3rver = require("@20minutes/s3rver");

const [port, directory, bucket] = process.argv.slice(2);
new S3rver({
  address: "127.0.0.1",
  port: Number(port),
  silent: true,
  directory,
  configureBuckets: [{ name: bucket }],
}).run();
