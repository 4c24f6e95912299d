// Prints, as JSON, what caniemail's data has against a mail in the big clients, and what html-validate has.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.argv[2]}/node_modules/x.js`));
const { caniemail } = await import(pathToFileURL(require.resolve("caniemail")));
const { HtmlValidate, StaticConfigLoader } = await import(pathToFileURL(require.resolve("html-validate")));

const html = readFileSync(process.argv[3], "utf8");
const { issues } = caniemail({ clients: ["gmail.*", "outlook.*", "apple-mail.*"], html });
const errors = [...issues.errors].flatMap(([client, found]) => found.map((issue) => [issue.title, client]));

const validator = new HtmlValidate(new StaticConfigLoader({ extends: ["html-validate:recommended"] }));
const report = await validator.validateString(html);
const rules = report.results.flatMap((result) => result.messages.map((message) => [message.ruleId, message.message]));
console.log(JSON.stringify({ errors, rules }));
