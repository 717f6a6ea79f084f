// Validates operations against a schema, then tells two schemas apart: with graphql-js and GraphQL Inspector.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.env.COMPARATORS + "/");
const { buildSchema, parse, validate, Source } = require("graphql");
const [what, schemaFile, otherFile] = process.argv.slice(2);
const schema = buildSchema(readFileSync(schemaFile, "utf8"), { assumeValidSDL: true });
if (what === "validate") {
  const errors = validate(schema, parse(readFileSync(otherFile, "utf8")));
  console.log(errors.length);
} else if (what === "inspect") {
  const inspector = require("@graphql-inspector/core");
  const found = inspector.validate(schema, [new Source(readFileSync(otherFile, "utf8"))]);
  console.log(found.length);
} else {
  const inspector = require("@graphql-inspector/core");
  const other = buildSchema(readFileSync(otherFile, "utf8"), { assumeValidSDL: true });
  inspector.diff(schema, other).then((changes) => console.log(changes.length));
}
