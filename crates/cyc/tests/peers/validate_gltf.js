// Khronos' validator on one file: its report as JSON on standard output. Usage: node validate_gltf.js FILE
const fs = require('fs');
const path = require('path');
const validator = require('gltf-validator');

const file = process.argv[2];
const beside = (uri) => new Uint8Array(fs.readFileSync(path.join(path.dirname(file), decodeURIComponent(uri))));
validator
  .validateBytes(new Uint8Array(fs.readFileSync(file)), {
    uri: path.basename(file),
    maxIssues: 1000,
    externalResourceFunction: (uri) => Promise.resolve(beside(uri)),
  })
  .then((report) => console.log(JSON.stringify(report)))
  .catch((error) => { console.error(error); process.exit(1); });
