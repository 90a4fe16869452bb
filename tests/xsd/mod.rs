//! As much of XML Schema as the JUnit schema uses: global elements with attributes, sequences and choices of references, text.
//! Not a validator for other schemas; what it does not know makes it stop.

use roxmltree::{Document, Node};
use std::collections::BTreeMap;

/// An element as its schema describes it.
#[derive(Debug, Default)]
struct Element {
    /// Name, and whether it has to be there.
    attributes: BTreeMap<String, bool>,
    /// Elements that may be inside, any number of them in any order: all that this schema has.
    children: Vec<String>,
    text: bool,
}

/// A schema.
#[derive(Debug)]
pub(crate) struct Schema(BTreeMap<String, Element>);

impl Schema {
    pub(crate) fn read(text: &str) -> Self {
        let document = Document::parse(text).unwrap();
        let elements = document.root_element().children().filter(Node::is_element);
        let elements = elements.map(|node| {
            assert_eq!(node.tag_name().name(), "element");
            (node.attribute("name").unwrap().to_owned(), element(node))
        });
        Self(elements.collect())
    }

    /// Says what is wrong with a document whose root is a global element.
    pub(crate) fn check(&self, text: &str) -> Result<(), String> {
        let document = Document::parse(text).map_err(|error| error.to_string())?;
        self.element(document.root_element())
    }

    fn element(&self, node: Node<'_, '_>) -> Result<(), String> {
        let name = node.tag_name().name();
        let known = self.0.get(name).ok_or(format!("<{name}> is unknown"))?;
        for attribute in node.attributes() {
            if !known.attributes.contains_key(attribute.name()) {
                return Err(format!("<{name}> has no {}", attribute.name()));
            }
        }
        for (attribute, _) in known.attributes.iter().filter(|(_, required)| **required) {
            node.attribute(attribute.as_str())
                .ok_or(format!("<{name}> needs {attribute}"))?;
        }
        for child in node.children() {
            if child.is_element() {
                let inner = child.tag_name().name();
                if !known.children.iter().any(|it| it == inner) {
                    return Err(format!("<{inner}> in <{name}>"));
                }
                self.element(child)?;
            } else if !known.text && child.text().is_some_and(|text| !text.trim().is_empty()) {
                return Err(format!("text in <{name}>"));
            }
        }
        Ok(())
    }
}

fn element(node: Node<'_, '_>) -> Element {
    let mut element = Element {
        text: node.attribute("type") == Some("xs:string"),
        ..Element::default()
    };
    for part in node.descendants().skip(1).filter(Node::is_element) {
        match part.tag_name().name() {
            "complexType" => element.text |= part.attribute("mixed") == Some("true"),
            "sequence" => assert!(part.attributes().len() == 0),
            "choice" => assert_eq!(part.attribute("maxOccurs"), Some("unbounded")),
            "element" => {
                assert!(
                    part.attribute("maxOccurs") == Some("unbounded")
                        || part.parent().unwrap().tag_name().name() == "choice"
                );
                element
                    .children
                    .push(part.attribute("ref").unwrap().to_owned());
            }
            "attribute" => {
                assert_eq!(part.attribute("type"), Some("xs:string"));
                let required = part.attribute("use") == Some("required");
                let name = part.attribute("name").unwrap().to_owned();
                element.attributes.insert(name, required);
            }
            other => panic!("the schema has <{other}>"),
        }
    }
    element
}
