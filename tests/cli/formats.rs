//! What machines read: JSON and annotations.

use serde_json::{Value, json};

use crate::sandbox::{NAP, Sandbox};

#[test]
fn json_has_the_fields_of_the_contract() {
    // A character of two bytes and one of four before the finding: columns count characters.
    let text = "import time\nasync def f():\n    'é𝄞'; time.sleep(1)\n";
    let sandbox = Sandbox::new(&[("src/a.py", text)]);
    let ended = sandbox.run(&["--output-format", "json"]).expect(1, "there is a finding");
    let mut array: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    let row = array[0].as_object_mut().expect("there is a finding");
    assert!(row.remove("message").is_some_and(|message| message.is_string()));
    let fix = row.remove("fix").expect("there is a fix");
    assert_eq!(
        array,
        json!([{
            "code": "time-sleep",
            "filename": "src/a.py",
            "cell": null,
            "location": {"row": 3, "column": 11},
            "end_location": {"row": 3, "column": 24},
            "chain": [],
        }])
    );
    assert_eq!(fix["applicability"], "safe");
    assert!(fix["message"].is_string());
    // That `time` is not used any more is a matter of all fixes together, not of one.
    assert_eq!(
        apply(text, &fix["edits"]),
        "import asyncio\nimport time\nasync def f():\n    'é𝄞'; await asyncio.sleep(1)\n"
    );
}

/// Applies edits as a consumer does: places in characters, from the last to the first.
fn apply(text: &str, edits: &Value) -> String {
    let mut lines: Vec<Vec<char>> = text.split_inclusive('\n').map(|line| line.chars().collect()).collect();
    lines.push(Vec::new());
    let start = |row: usize| lines[..row].iter().map(Vec::len).sum::<usize>();
    let offset = |place: &Value| {
        let number = |key: &str| place[key].as_u64().expect("places are numbers") as usize - 1;
        start(number("row")) + number("column")
    };
    let mut characters: Vec<char> = lines.concat();
    for edit in edits.as_array().expect("edits are an array").iter().rev() {
        let range = offset(&edit["location"])..offset(&edit["end_location"]);
        let content = edit["content"].as_str().expect("content is text");
        characters.splice(range, content.chars());
    }
    characters.into_iter().collect()
}

#[test]
fn nothing_found_is_an_empty_array() {
    for (content, status) in [("", 0), ("async def f(:\n", 2)] {
        let ended = Sandbox::new(&[("a.py", content)]).run(&["--output-format", "json"]);
        assert_eq!(ended.expect(status, content).stdout, "[]\n");
    }
}

#[test]
fn concise_is_one_line_each() {
    let ended = Sandbox::new(&[("a.py", NAP), ("b.py", NAP)]).run(&["--output-format", "concise"]);
    for (line, start) in ended.stdout.lines().zip(["a.py:5:5: time-sleep ", "b.py:5:5: time-sleep "]) {
        assert!(line.starts_with(start) && line.len() > start.len(), "{line}");
    }
    assert_eq!(ended.stdout.lines().count(), 2, "{}", ended.stdout);
}

#[test]
fn github_annotations_name_the_place() {
    let ended = Sandbox::new(&[("a,b.py", NAP)]).run(&["--output-format", "github"]);
    let start = "::error title=asyncfix (time-sleep),file=a%2Cb.py,line=5,col=5,endLine=5,endColumn=18::\
                 a,b.py:5:5: time-sleep ";
    assert!(ended.stdout.starts_with(start), "{}", ended.stdout);
}

#[test]
fn colour_is_for_terminals_or_for_the_asking() {
    let sandbox = Sandbox::new(&[("a.py", NAP)]);
    for args in [&[][..], &["--diff"], &["--list"], &["--explain", "time-sleep"]] {
        assert!(!sandbox.run(args).stdout.contains('\x1b'), "{args:?}");
        let always = sandbox.run(&[args, &["--color", "always"]].concat()).stdout;
        assert!(always.contains("\x1b["), "{args:?}");
        // What is painted is the same text.
        let plain = always.split("\x1b[").enumerate().map(|(index, part)| match part.split_once('m') {
            Some((_, text)) if index > 0 => text,
            _ => part,
        });
        assert_eq!(plain.collect::<String>(), sandbox.run(args).stdout, "{args:?}");
    }
}
