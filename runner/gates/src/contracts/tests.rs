use super::*;

fn checked(files: &[(&str, &str)]) -> Check {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), Ok((*text).to_owned()))).collect();
    contracts(&files, None)
}

/// Returns rule, path, line and message of each finding, one to a line.
fn findings(files: &[(&str, &str)]) -> String {
    match checked(files).result {
        CheckOutcome::Failed { class: FailureClass::ContractViolation, findings } => {
            let shown = findings.iter().map(|finding| {
                let path = finding.path.as_deref().unwrap_or_default().trim_start_matches(FOLDER);
                let rule = finding.rule.trim_start_matches("contracts/");
                format!("{rule} {path}:{} {}", finding.line.unwrap_or_default(), finding.message)
            });
            shown.collect::<Vec<_>>().join("\n")
        }
        other => format!("{other:?}"),
    }
}

/// Asserts that a file is refused, with these words.
fn refuses(path: &str, text: &str, words: &str) {
    let found = findings(&[(path, text)]);
    assert!(found.contains(words), "{path}: {text}\n{found}");
}

const GOOD: &str = r##"openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /items/{id}:
    parameters:
      - $ref: "#/components/parameters/Id"
    get:
      operationId: item
      responses:
        200:
          description: An item.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Item"}
              example: {id: 1, state: TODO}
        default: {description: Trouble., content: {application/json: {schema: {$ref: "schemas/trouble.json#/definitions/Trouble"}}}}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: integer}}
  schemas:
    # TODO is a state, and this is a remark about it that is done.
    Item:
      type: object
      required: [id]
      additionalProperties: false
      properties:
        id: {type: integer, minimum: 1, example: 7}
        state: {type: string, enum: [TODO, DONE]}
        example: {type: string, nullable: true}
"##;

const TROUBLE: &str =
    r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "definitions": {"Trouble": {"type": "object"}}}"#;

#[test]
fn a_ticket_that_changes_no_interface_passes_easily() {
    for files in [&[][..], &[("README.md", "# Contracts\n\nNo contract: the ticket changes a text.\n")]] {
        assert!(matches!(checked(files).result, CheckOutcome::Skipped { .. }), "{files:?}");
    }
}

#[test]
fn a_good_contract_passes() {
    let good = GOOD.replace("    # TODO is a state, and this is a remark about it that is done.\n", "");
    let sql = "-- The items; \u{1f600}\nCREATE TABLE todo (id integer PRIMARY KEY, name text DEFAULT 'it''s; ok (', TODO boolean);\n\
               CREATE FUNCTION f() RETURNS int AS $body$ SELECT 1; $body$ LANGUAGE sql;\ninsert into todo values (1, 'x', true);\n";
    let graphql = "\"\"\"\nA shop: it's {open\n\"\"\"\ntype Query { item(id: ID!): Item }\ntype Item { id: ID! } # {\nextend type Item { name: String }\nunion Any = Item\nscalar Date\n";
    let files = [
        ("openapi.yaml", good.as_str()),
        ("schemas/trouble.json", TROUBLE),
        ("db/schema.sql", sql),
        ("api.graphql", graphql),
        ("x.proto", "syntax = \"proto3\";\nmessage Item { int64 id = 1; } // {\n"),
        ("events.yaml", "asyncapi: 3.0.0\ninfo: {title: Events, version: '1'}\nchannels: {}\n"),
        ("README.md", "See [the API](openapi.yaml), [a page](https://example.com/x.yaml) and the todo list.\n"),
        ("sample.json", "[1, 2.5, null, true, \"x\", {\"$ref\": \"openapi.yaml\"}]"),
    ];
    assert_eq!(checked(&files).result, CheckOutcome::Passed, "{}", findings(&files));
}

#[test]
fn what_does_not_parse_is_named_with_its_line() {
    refuses("a.yaml", "a: 1\nb: [", "syntax a.yaml:");
    refuses("a.yaml", "a: 1\na: 2\n", "syntax a.yaml:2");
    refuses("a.json", "{\"a\": 1,\n\"a\": 2}", "the key `a` is there twice");
    refuses("a.json", "{\n\"a\": }", "syntax a.json:2");
    refuses("a.sql", "create table a (\n id int;\n", "syntax a.sql:1 the file is not valid SQL: `(` is never closed");
    refuses("a.sql", "create table a (id int)); ", "`)` closes nothing");
    refuses("a.sql", "select 'abc;\n", "a text never ends");
    refuses("a.sql", "create table a (\n  id int,\n);", "syntax a.sql:2 a comma");
    refuses("a.sql", "The table of items.\n", "no statement of SQL");
    refuses("a.graphql", "type A {\n  b: [C\n}\n", "`}` closes nothing");
    refuses("a.graphql", "Here it is.", "no definition");
    refuses("a.proto", "message A {}", "syntax");
    refuses("deep.json", &format!("{}1{}", "[".repeat(120), "]".repeat(120)), "nested");
}

#[test]
fn a_description_without_its_members_is_refused() {
    refuses("a.yaml", "openapi: 3.0.0\ninfo: {title: A}\npaths: {}\n", "info a.yaml:2 `info.version`");
    refuses("a.yaml", "openapi: 3.0.0\ninfo: {title: A, version: '1'}\n", "`paths` is missing");
    refuses("a.yaml", "swagger: '2.0'\n", "write `openapi: 3.0.3`");
    refuses("a.yaml", "asyncapi: 2.0.0\ninfo: {title: A, version: '1'}\n", "`channels`");
    let with = |paths: &str| format!("openapi: 3.0.0\ninfo: {{title: A, version: '1'}}\npaths:\n{paths}");
    for (paths, words) in [
        ("  items: {}\n", "does not start with `/`"),
        ("  /a: {get: {}}\n", "`responses` is missing"),
        ("  /a:\n    get: {responses: {ok: {description: x}}}\n", "`ok` is no status"),
        (
            "  /a:\n    get:\n      responses:\n        '200': {}\n",
            "openapi a.yaml:7 the response `200` has no `description`",
        ),
        ("  /a/{id}: {get: {responses: {200: {description: x}}}}\n", "`id` is not declared"),
        (
            "  /a: {get: {parameters: [{name: id, in: path, required: true, schema: {}}], responses: {200: {description: x}}}}\n",
            "no parameter `id`",
        ),
        (
            "  /a/{id}: {get: {parameters: [{name: id, in: path, schema: {}}], responses: {200: {description: x}}}}\n",
            "required: true",
        ),
        (
            "  /a: {get: {parameters: [{name: id, in: body}], responses: {200: {description: x}}}}\n",
            "path, query, header or cookie",
        ),
        ("  /a/{x}: {}\n  /a/{y}: {}\n", "mean the same requests"),
    ] {
        refuses("a.yaml", &with(paths), words);
    }
}

#[test]
fn references_lead_somewhere_within_the_contracts() {
    for (reference, words) in [
        ("#/components/schemas/None", "leads nowhere"),
        ("none.yaml#/A", "is a file that does not exist"),
        ("../../../src/a.yaml", "leads out of the folder"),
        ("https://example.com/a.yaml", "is outside of the contracts"),
        ("#none", "anchor"),
    ] {
        refuses("a.schema.yaml", &format!("properties:\n  a:\n    $ref: '{reference}'\n"), words);
    }
    assert!(
        findings(&[("a.schema.yaml", "properties:\n  a:\n    $ref: '#/x'\n")]).starts_with("reference a.schema.yaml:3")
    );
    refuses("README.md", "See [it](openapi.yaml).\n", "`openapi.yaml` is not among the contracts");
    let escaped =
        "properties: {a: {$ref: '#/$defs/a~1b%20c'}, b: {$ref: '#here'}}\n$defs: {'a/b c': {$anchor: here}}\n";
    assert_eq!(checked(&[("a.schema.yaml", escaped)]).result, CheckOutcome::Passed);
}

#[test]
fn schemas_and_examples_mean_something() {
    for (schema, words) in [
        ("type: text", "is no type"),
        ("required: id", "`required` is a list"),
        ("enum: []", "`enum` is a list"),
        ("properties: [a]", "`properties` has a schema for each name"),
        ("properties: {a: 1}", "a schema is a map"),
        ("minLength: -1", "`minLength` is a number"),
        ("minimum: 3\nmaximum: 2", "`minimum` is larger"),
        ("required: [b]\nadditionalProperties: false\nproperties: {a: {}}", "`b` is required and not allowed"),
        ("oneOf: []", "`oneOf` is a list"),
    ] {
        refuses("a.schema.yaml", schema, words);
    }
    for (from, to) in [
        ("example: {id: 1, state: TODO}", "example: {state: TODO}"),
        ("example: {id: 1, state: TODO}", "example: {id: one}"),
        ("example: {id: 1, state: TODO}", "example: {id: 1, state: LATER}"),
        ("example: {id: 1, state: TODO}", "example: {id: 1, other: 1}"),
        ("minimum: 1, example: 7", "minimum: 1, example: 0"),
    ] {
        let text = GOOD.replace(from, to);
        let found = findings(&[("a.yaml", &text), ("schemas/trouble.json", TROUBLE)]);
        assert!(found.contains("the example is not what its schema says"), "{to}: {found}");
    }
}

#[test]
fn nothing_is_defined_twice() {
    refuses("a.sql", "create table a (id int);\ncreate table A (id int);", "duplicate a.sql:2 the table `A`");
    refuses("a.graphql", "type A { b: Int }\ntype A { c: Int }", "duplicate a.graphql:2");
    let one = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {/a: {get: {operationId: a, responses: {200: {description: x}}}}}\n";
    let found = findings(&[("a.yaml", one), ("b.yaml", one)]);
    assert!(
        found.contains("the operation `a` is also in `a.yaml`")
            && found.contains("`get /a` is described in `a.yaml`, too"),
        "{found}"
    );
}

#[test]
fn nothing_is_left_to_be_done_later() {
    for (path, text) in [
        ("a.yaml", "a: 1 # TODO: more\n"),
        ("a.yaml", "info:\n  description: TBD\n"),
        ("a.json", "{\"description\": \"TODO describe\"}"),
        ("a.sql", "select 1; -- FIXME\n"),
        ("a.md", "- TODO write this\n"),
        ("a.graphql", "# TODO\ntype A { b: Int }\n"),
    ] {
        refuses(path, text, "is left");
    }
    for (path, text) in
        [("a.yaml", "enum: [TODO, DONE]\n"), ("a.yaml", "TODO: 1\n"), ("a.sql", "create table TODO (id int);")]
    {
        assert_eq!(checked(&[(path, text)]).result, CheckOutcome::Passed, "{text}");
    }
}

#[test]
fn any_text_is_tolerated() {
    let odd = [
        "",
        "\0",
        "\u{feff}",
        "\r\n",
        "é: {",
        "$",
        "$$",
        "$a$",
        "'",
        "\"\"\"",
        "{{{{",
        "/*",
        "&a [*a]",
        "a: &a\n  b: *a\n",
        "\u{1f600}: [1]",
        "openapi: 3.0.0",
        "openapi: {}",
        "asyncapi: 1\ninfo: 1",
        "$schema: 1\nproperties: 1",
    ];
    for text in odd {
        for path in ["a.yaml", "a.json", "a.sql", "a.graphql", "a.proto", "a.md", "a", "a.schema.yaml"] {
            let _check = checked(&[(path, text)]);
        }
    }
    let long = format!("a: \"{}\"\n", "x".repeat(1_000_000));
    assert_eq!(checked(&[("a.yaml", &long)]).result, CheckOutcome::Passed);
    let files = [("a.yaml".to_owned(), Err("it is a link".to_owned()))].into();
    assert!(matches!(contracts(&files, None).result, CheckOutcome::Failed { .. }));
}

#[test]
fn contracts_are_read_from_a_folder_and_not_from_behind_links() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("contracts");
    assert!(read_contracts(&folder).unwrap().is_empty());
    fs::create_dir_all(folder.join("db")).unwrap();
    fs::write(folder.join("db/a.sql"), "select 1;\n").unwrap();
    fs::write(folder.join("b.json"), b"\xff").unwrap();
    std::os::unix::fs::symlink("/etc/hostname", folder.join("c.json")).unwrap();
    let files = read_contracts(&folder).unwrap();
    assert_eq!(files.get("db/a.sql"), Some(&Ok("select 1;\n".to_owned())));
    assert_eq!(files.get("b.json"), Some(&Err("it is not text in UTF-8".to_owned())));
    assert_eq!(files.get("c.json"), Some(&Err("it is not a file".to_owned())));
    std::os::unix::fs::symlink("/etc", root.path().join("link")).unwrap();
    assert!(read_contracts(&root.path().join("link")).is_err());
}

#[test]
fn hostile_contracts_take_no_time() {
    let wrong = format!(
        "$schema: x\nproperties:\n{}",
        (0..20_000).map(|number| format!("  a{number}: {{type: x}}")).collect::<Vec<_>>().join("\n")
    );
    let ring = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\ncomponents:\n  schemas:\n    A: {anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/A'}, {type: string}], type: object, properties: {a: {}}, example: 1}\n    B:\n      type: integer\n      anyOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/B'}, {type: string}]\n      example: 1\n";
    let remarks = format!("{}{}\n", "- ".repeat(500_000), "TODO ".repeat(200_000));
    let Check { result, .. } = checked(&[("a.yaml", &wrong), ("b.yaml", ring), ("c.md", &remarks)]);
    let CheckOutcome::Failed { findings, .. } = result else { panic!("it passed") };
    assert_eq!(findings.len(), MAX_FINDINGS);
}
