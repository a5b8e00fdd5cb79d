//! What the server says of itself is the contract.

use serde_json::Value;

#[test]
fn the_document_is_the_contracts() {
    let contract: Value = serde_json::from_str(include_str!("contract/openapi.json")).unwrap();
    let mut differences = Vec::new();
    compare("", &contract, &cloud::openapi::document(), &mut differences);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn compare(at: &str, contract: &Value, ours: &Value, differences: &mut Vec<String>) {
    match (contract, ours) {
        (Value::Object(c), Value::Object(o)) => {
            let mut names: Vec<&String> = c.keys().chain(o.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                let (c, o) = (c.get(name).unwrap_or(&Value::Null), o.get(name).unwrap_or(&Value::Null));
                compare(&format!("{at}/{name}"), c, o, differences);
            }
        }
        (Value::Array(c), Value::Array(o)) if c.len() == o.len() && !at.ends_with("/parameters") => {
            for (i, (c, o)) in c.iter().zip(o).enumerate() {
                compare(&format!("{at}/{i}"), c, o, differences);
            }
        }
        (Value::Array(c), Value::Array(o)) if c.len() == o.len() => {
            for c in c {
                if !o.contains(c) {
                    differences.push(format!("{at}: {c} is not in {ours}"));
                }
            }
        }
        // A whole number and the same number written with a point are equal in JSON's eyes.
        (Value::Number(c), Value::Number(o)) if c.as_f64() == o.as_f64() => {}
        _ if contract == ours => {}
        _ => differences.push(format!("{at}: the contract has {contract}, we have {ours}")),
    }
}
